package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lossless mode on the shipped model, in float32. */
class LosslessTest {
    private static final Path NANO = Path.of("../models/nano");
    private static final int MAX_TOKENS = 32;

    private static TorchScriptTransformer model;
    private static Sampler sampler;

    @BeforeAll
    static void load() throws IOException {
        try (CheckpointReader checkpoint = CheckpointReader.open(NANO)) {
            model = TorchScriptTransformer.load(checkpoint, Precision.F32);
        }
        sampler = new Sampler(model, CodeTokenizer.open(NANO.resolve(CodeTokenizer.FILE)));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest(name = "temperature {0}, top-p {1}")
    @CsvSource({"0, 1, 150", "0.8, 1, 25", "1.2, 0.9, 25"})
    void it_writes_what_autoregressive_mode_writes(double temperature, double topP, int prompts) {
        int forwards = 0;
        int oneByOne = 0;
        for (int i = 0; i < prompts; i++) {
            Draw draw = new Draw(temperature, topP, i);
            SamplingSettings settings = SamplingSettings.greedy(MAX_TOKENS, 16, 0.9).drawn(draw);
            Prompt prompt = sampler.prompt(prompt(i));

            Written expected = write(prompt, settings.autoregressive());
            Written actual = write(prompt, settings.in(DecodingMode.LOSSLESS));

            assertThat(actual.text()).isEqualTo(expected.text());
            assertThat(actual.ids()).isEqualTo(expected.ids());
            assertThat(actual.usage().forwards()).isLessThanOrEqualTo(expected.usage().forwards());
            forwards += actual.usage().forwards();
            oneByOne += expected.usage().forwards();
        }
        assertThat(forwards).isLessThan(oneByOne);
    }

    @Test
    void it_ends_at_a_stop_string_and_at_the_last_token_allowed() {
        Prompt prompt = sampler.prompt(prompt(3));
        for (int maxTokens = 1; maxTokens < 24; maxTokens++) {
            SamplingSettings settings =
                    SamplingSettings.greedy(maxTokens, 8, 0.9).stoppedAt(List.of("return"));

            Written expected = write(prompt, settings.autoregressive());
            Written actual = write(prompt, settings.in(DecodingMode.LOSSLESS));

            assertThat(actual.text()).isEqualTo(expected.text());
            assertThat(actual.ids()).isEqualTo(expected.ids());
        }
    }

    @Test
    void the_text_of_an_edit_is_a_guess_as_well() {
        Prompt prompt = edit();
        SamplingSettings settings = SamplingSettings.greedy(MAX_TOKENS, 16, 0.9);

        Written expected = write(prompt, settings.autoregressive());
        Written actual =
                write(prompt.toBeEdited(Prompt.Edit.FREE), settings.in(DecodingMode.LOSSLESS));

        assertThat(actual.text()).isEqualTo(expected.text());
        assertThat(actual.usage().forwards()).isLessThan(expected.usage().forwards());
    }

    @Test
    void text_that_is_to_be_kept_is_written_where_the_model_is_not_sure() {
        Prompt prompt = edit();
        SamplingSettings settings =
                SamplingSettings.greedy(MAX_TOKENS, 16, 0.9).in(DecodingMode.LOSSLESS);

        Written free = write(prompt.toBeEdited(Prompt.Edit.FREE), settings);
        Written kept = write(prompt.toBeEdited(Prompt.Edit.KEEPING), settings);

        assertThat(kept.text()).isNotEqualTo(free.text());
        assertThat(kept.usage().forwards()).isLessThan(free.usage().forwards());
    }

    private static Prompt edit() {
        String code = prompt(5) + "    result = []\n    for x in data:\n        result.append(x)\n";
        return sampler.prompt(code + "    return result\n\n# Fix the bug.\n");
    }

    @Test
    void drafts_tell_what_is_believed_beyond_the_final_tokens() {
        Prompt prompt = sampler.prompt(prompt(3));
        SamplingSettings settings =
                SamplingSettings.greedy(MAX_TOKENS, 16, 0.9).in(DecodingMode.LOSSLESS);
        List<SamplingEvent> events = new ArrayList<>();
        try (Generation generation =
                sampler.start(
                        prompt, settings.drafting(true), sampler.cacheFor(prompt, settings))) {
            while (!generation.isFinished()) {
                events.addAll(generation.step());
            }
        }

        int committed = 0;
        int drafts = 0;
        for (SamplingEvent event : events) {
            if (event instanceof SamplingEvent.Committed made) {
                committed += made.tokens().size();
            } else if (event instanceof SamplingEvent.Drafted draft) {
                drafts++;
                assertThat(draft.committedTokens()).isEqualTo(committed);
                assertThat(draft.confidences()).hasSameSizeAs(draft.tokens());
                assertThat(draft.changed()).allMatch(i -> i >= 0 && i < draft.tokens().size());
            }
        }
        assertThat(drafts).isPositive();
        assertThat(write(prompt, settings).text()).isEqualTo(text(events));
    }

    @Test
    void after_the_last_step_asked_for_the_output_is_what_is_final() {
        Prompt prompt = sampler.prompt(prompt(3));
        SamplingSettings settings =
                SamplingSettings.greedy(MAX_TOKENS, 16, 0.9).in(DecodingMode.LOSSLESS);

        Written whole = write(prompt, settings);
        Written budgeted = write(prompt, settings.within(2));

        assertThat(budgeted.usage().steps()).isEqualTo(2);
        assertThat(budgeted.text()).isNotEqualTo(whole.text());
        assertThat(whole.text()).startsWith(budgeted.text());
    }

    private static String text(List<SamplingEvent> events) {
        return events.stream()
                .map(event -> event instanceof SamplingEvent.Committed it ? it.text() : "")
                .collect(Collectors.joining());
    }

    private static String prompt(int i) {
        List<String> names = List.of("total", "largest", "count_even", "is_prime", "words");
        List<String> parameters = List.of("data", "values, k", "n", "text", "items: list[int]");
        List<String> docs =
                List.of(
                        "Return the sum of the even numbers.",
                        "Return the squares as a list.",
                        "Count the words that are longer than k.",
                        "Return True if all are positive.",
                        "Find the largest, or None.",
                        "Return the reversal.");
        return "def %s(%s):\n    \"\"\"%s\"\"\"\n"
                .formatted(names.get(i % 5), parameters.get(i / 5 % 5), docs.get(i / 25 % 6));
    }

    private static Written write(Prompt prompt, SamplingSettings settings) {
        try (Generation generation =
                sampler.start(prompt, settings, sampler.cacheFor(prompt, settings))) {
            return Written.by(generation);
        }
    }
}
