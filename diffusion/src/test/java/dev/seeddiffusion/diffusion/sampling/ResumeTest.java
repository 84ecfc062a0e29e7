package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent.Committed;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent.Finished;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent.Reason;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An output broken off after any of its events, and continued by another generation. */
class ResumeTest {

    private static final String SOURCE = TinyCheckpoint.SOURCE;
    @TempDir private static Path folder;
    private static CodeTokenizer tokenizer;
    private static Transformer random;

    @BeforeAll
    static void write() throws IOException {
        tokenizer = TinyCheckpoint.tokenizer(folder);
        random = TinyCheckpoint.model(folder, tokenizer);
    }

    @AfterAll
    static void close() {
        random.close();
        tokenizer.close();
    }

    @ParameterizedTest
    @EnumSource(DecodingMode.class)
    void it_goes_on_with_the_same_random_numbers(DecodingMode mode) {
        for (String prompt : List.of("def f(x):\n ", SOURCE)) {
            requireSameWhereverItBreaks(random, prompt, notEndedByTheModel(mode, prompt));
        }
    }

    /** That a block ends the text is told by the end only: before it, nobody can know. */
    private static SamplingSettings notEndedByTheModel(DecodingMode mode, String prompt) {
        return IntStream.range(0, 100)
                .mapToObj(seed -> settings(mode, 18).drawn(new Draw(1.1, 0.95, seed)))
                .filter(it -> end(drain(start(random, prompt, it))).reason() == Reason.LENGTH)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(DecodingMode.class)
    void a_prompt_cut_at_any_character_is_not_spelt_anew(DecodingMode mode) {
        ScriptedTransformer model =
                ScriptedTransformer.knowing(SOURCE, tokenizer, (_, before) -> 0.5f - before / 99f);
        for (int cut = 40; cut < 100; cut++) {
            requireSameWhereverItBreaks(model, SOURCE.substring(0, cut), settings(mode, 9));
        }
    }

    @ParameterizedTest(name = "stop at {0}")
    @ValueSource(strings = {"return False", "alse", "\n    for", "n < 2", "no such text"})
    void a_stop_string_may_span_the_break(String stop) {
        ScriptedTransformer model = ScriptedTransformer.knowing(SOURCE, tokenizer, (_, _) -> 0.99f);
        String prompt = SOURCE.substring(0, SOURCE.indexOf("    if n < 2"));
        for (DecodingMode mode : DecodingMode.values()) {
            requireSameWhereverItBreaks(
                    model, prompt, settings(mode, 90).stoppedAt(List.of(stop, "zzz")));
        }
    }

    @Test
    void characters_may_span_the_break() {
        SamplingSettings settings =
                settings(DecodingMode.AUTOREGRESSIVE, 20).drawn(new Draw(2, 1, 3));

        List<SamplingEvent> whole = drain(start(random, "é", settings));

        assertThat(whole).anyMatch(it -> it instanceof Committed c && c.text().isEmpty());
        requireSameWhereverItBreaks(random, "é", settings);
    }

    @Test
    void an_output_that_lacks_only_its_end_ends_without_a_forward() {
        SamplingSettings settings = settings(DecodingMode.DIFFUSION, 8);
        List<SamplingEvent> whole = drain(start(random, SOURCE, settings));

        List<SamplingEvent> before = whole.subList(0, whole.size() - 1);

        try (Generation generation = resume(random, SOURCE, settings, before)) {
            assertThat(generation.isFinished()).isTrue();
            assertThat(end(generation.begun()).reason()).isEqualTo(Reason.LENGTH);
            assertThat(end(generation.begun()).usage().completionTokens()).isEqualTo(8);
        }
    }

    @Test
    void tokens_that_do_not_spell_the_prompts_end_are_refused() {
        SamplingSettings settings = settings(DecodingMode.DIFFUSION, 8);
        Resume alien = new Resume(new int[] {tokenizer.encode("zz")[0]}, 1);
        Sampler sampler = new Sampler(random, tokenizer);
        Prompt prompt = sampler.prompt("def f(x):\n ");

        assertThatThrownBy(
                        () ->
                                sampler.resume(
                                        prompt,
                                        settings,
                                        sampler.cacheFor(prompt, settings),
                                        alien))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void requireSameWhereverItBreaks(
            Transformer model, String prompt, SamplingSettings settings) {
        List<SamplingEvent> whole = drain(start(model, prompt, settings));
        for (int broken = 0; broken < whole.size(); broken++) {
            List<SamplingEvent> before = whole.subList(0, broken);
            if (!before.isEmpty() && ids(before.subList(broken - 1, broken)).length == 0) {
                continue; // the end's text is only ever told with the end
            }
            List<SamplingEvent> both = new ArrayList<>(before);
            both.addAll(drain(resume(model, prompt, settings, before)));

            assertThat(text(both)).as("broken after %d", broken).isEqualTo(text(whole));
            assertThat(ids(both)).isEqualTo(ids(whole));
            assertThat(positions(both)).isEqualTo(positions(whole));
            Finished end = end(both);
            Finished expected = end(whole);
            assertThat(end.reason()).isEqualTo(expected.reason());
            assertThat(end.usage().completionTokens())
                    .isEqualTo(expected.usage().completionTokens());
            assertThat(end.usage().promptTokens()).isEqualTo(expected.usage().promptTokens());
        }
    }

    private static Generation start(Transformer model, String prompt, SamplingSettings settings) {
        return new Sampler(model, tokenizer).start(prompt, settings);
    }

    private static Generation resume(
            Transformer model,
            String prompt,
            SamplingSettings settings,
            List<SamplingEvent> before) {
        Sampler sampler = new Sampler(model, tokenizer);
        Prompt read = sampler.prompt(prompt);
        int steps =
                committed(before).stream()
                        .flatMap(it -> it.tokens().stream())
                        .mapToInt(PlacedToken::step)
                        .max()
                        .orElse(0);
        return sampler.resume(
                read, settings, sampler.cacheFor(read, settings), new Resume(ids(before), steps));
    }

    private static List<SamplingEvent> drain(Generation generation) {
        try (generation) {
            List<SamplingEvent> events = new ArrayList<>(generation.begun());
            while (!generation.isFinished()) {
                events.addAll(generation.step());
            }
            return events;
        }
    }

    private static Finished end(List<SamplingEvent> events) {
        return (Finished) events.getLast();
    }

    private static List<Committed> committed(List<SamplingEvent> events) {
        return events.stream()
                .filter(Committed.class::isInstance)
                .map(Committed.class::cast)
                .toList();
    }

    private static String text(List<SamplingEvent> events) {
        return committed(events).stream().map(Committed::text).collect(Collectors.joining());
    }

    private static int[] ids(List<SamplingEvent> events) {
        return committed(events).stream()
                .flatMap(it -> it.tokens().stream())
                .mapToInt(PlacedToken::id)
                .toArray();
    }

    private static List<Integer> positions(List<SamplingEvent> events) {
        return committed(events).stream()
                .flatMap(
                        it ->
                                IntStream.range(0, it.tokens().size())
                                        .mapToObj(i -> it.firstPosition() + i))
                .toList();
    }

    private static SamplingSettings settings(DecodingMode mode, int maxTokens) {
        return SamplingSettings.greedy(maxTokens, 8, 0.9).in(mode);
    }
}
