package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent.Committed;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent.Drafted;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent.Finished;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent.Reason;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sampler's own rules, on a model that knows one document by heart. */
class GenerationTest {

    private static final String SOURCE = TinyCheckpoint.SOURCE;
    private static final int PROMPT_END = SOURCE.indexOf("    if n < 2");
    private static final ScriptedTransformer.Confidence SURE = (_, _) -> 0.99f;
    private static final ScriptedTransformer.Confidence UNSURE = (_, before) -> 0.5f - before / 99f;

    @TempDir private Path folder;
    private CodeTokenizer tokenizer;

    @BeforeEach
    void open() throws IOException {
        tokenizer = TinyCheckpoint.tokenizer(folder);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @EnumSource(DecodingMode.class)
    void a_prompt_cut_at_any_character_is_continued_as_if_typed_on(DecodingMode mode) {
        for (int cut = 0; cut < SOURCE.length(); cut++) {
            SamplingSettings settings = settings(mode, 100, List.of(), 8, 0.9);
            Run run = run(SOURCE.substring(0, cut), settings, SURE);
            assertThat(run.text()).as("cut at %d", cut).isEqualTo(SOURCE.substring(cut));
            assertThat(run.finished().reason()).isEqualTo(Reason.STOP);
        }
    }

    @Test
    void a_sure_model_places_a_block_a_forward_and_commits_it_with_the_next() {
        Run run = run(prompt(), diffusion(8, 0.9), SURE);

        int output = run.finished().usage().completionTokens();
        int afterHealing = output - 1;
        int blocks = afterHealing / 8 + 1; // the last one holds the end of text
        assertThat(run.finished().usage().forwards()).isEqualTo(blocks);
        assertThat(run.model().calls)
                .as("clean + canvas tokens: prefill, then each block committed with the next")
                .endsWith("1+8", "8+8", "8+8", "8+8", "8+8", "8+8");
        assertThat(run.finished().usage().tokensPerForward()).isEqualTo((double) output / blocks);
    }

    @Test
    void an_unsure_model_places_one_token_a_forward() {
        Run run = run(prompt(), diffusion(8, 0.9), UNSURE);

        assertThat(run.text()).isEqualTo(SOURCE.substring(PROMPT_END));
        List<Integer> steps = run.tokens().stream().map(PlacedToken::step).toList();
        assertThat(steps).doesNotHaveDuplicates();
    }

    @Test
    void tokens_say_when_and_how_surely_they_were_placed() {
        ScriptedTransformer.Confidence firstSure = (_, before) -> before < 3 ? 0.95f : 0.2f;
        Run run = run(prompt(), diffusion(8, 0.9), firstSure);

        List<PlacedToken> firstBlock = run.tokens().subList(1, 9);
        assertThat(firstBlock)
                .extracting(PlacedToken::step)
                .containsExactly(2, 2, 2, 3, 3, 3, 4, 4);
        assertThat(firstBlock).extracting(PlacedToken::confidence).containsOnly(0.95f);
        assertThat(positions(run))
                .isEqualTo(IntStream.range(0, run.tokens().size()).boxed().toList());
    }

    @ParameterizedTest(name = "{0} tokens")
    @ValueSource(ints = {1, 2, 7, 8, 9, 20})
    void the_output_is_never_longer_than_asked_for(int maxTokens) {
        for (DecodingMode mode : DecodingMode.values()) {
            Run run = run(prompt(), settings(mode, maxTokens, List.of(), 8, 0.9), SURE);
            assertThat(run.tokens()).hasSize(maxTokens);
            assertThat(run.finished().reason()).isEqualTo(Reason.LENGTH);
            assertThat(SOURCE.substring(PROMPT_END)).startsWith(run.text());
        }
    }

    @ParameterizedTest(name = "stop at {0}")
    @ValueSource(strings = {"return False", "alse", "\n    for", "n < 2"})
    void a_stop_string_ends_the_output_and_is_not_part_of_it(String stop) {
        String rest = SOURCE.substring(PROMPT_END);
        for (DecodingMode mode : DecodingMode.values()) {
            for (int block : new int[] {1, 3, 8, 32}) {
                Run run = run(prompt(), settings(mode, 90, List.of("zzz", stop), block, 0.9), SURE);
                assertThat(run.text()).isEqualTo(rest.substring(0, rest.indexOf(stop)));
                assertThat(run.finished().reason()).isEqualTo(Reason.STOP);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DecodingMode.class)
    void an_output_that_is_cut_has_all_the_text_of_its_tokens(DecodingMode mode) {
        String rest = SOURCE.substring(PROMPT_END);
        // What could begin a stop string is held back until the end: here, all of it.
        SamplingSettings settings = settings(mode, 90, List.of(rest + "zzz"), 4, 0.9);
        ScriptedTransformer model = model(SURE);
        Generation generation = new Sampler(model, tokenizer).start(prompt(), settings);
        List<SamplingEvent> events = new ArrayList<>();
        while (generation.outputTokens() < 4) {
            events.addAll(generation.step());
        }

        events.addAll(generation.cut());

        Run run = new Run(events, model);
        assertThat(generation.isFinished()).isTrue();
        assertThat(run.text()).isNotEmpty();
        assertThat(rest).startsWith(run.text());
        int[] ids = run.tokens().stream().mapToInt(PlacedToken::id).toArray();
        assertThat(prompt() + run.text()).endsWith(tokenizer.decode(ids));
        assertThat(run.finished().reason()).isEqualTo(Reason.LENGTH);
        assertThat(run.finished().usage().completionTokens()).isEqualTo(run.tokens().size());
    }

    @Test
    void drafts_show_the_canvas_with_its_masks() {
        Run run = run(prompt(), diffusion(4, 0.9).drafting(true), UNSURE);

        List<Drafted> drafts =
                run.events().stream()
                        .filter(Drafted.class::isInstance)
                        .map(Drafted.class::cast)
                        .toList();
        assertThat(drafts.subList(0, 4))
                .extracting(draft -> draft.text().chars().filter(c -> c == Drafted.MASKED).count())
                .containsExactly(3L, 2L, 1L, 0L);
        assertThat(drafts).extracting(Drafted::step).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void a_cached_prefix_is_not_read_again() {
        ScriptedTransformer model = model(SURE);
        Sampler sampler = new Sampler(model, tokenizer);
        Prompt prompt = sampler.prompt(prompt());
        SamplingSettings settings = diffusion(8, 0.9);
        KvCache cache = sampler.cacheFor(prompt, settings);
        cache.append(ByteBuffer.allocate(10), 10);

        Run run = drain(sampler.start(prompt, settings, cache), model);

        assertThat(run.finished().usage().cachedTokens()).isEqualTo(10);
        assertThat(model.calls.getFirst()).isEqualTo(prompt.tokens().length - 10 + "+0");
        assertThat(run.text()).isEqualTo(SOURCE.substring(PROMPT_END));
    }

    @Test
    void a_request_beyond_the_context_says_what_would_fit() {
        Sampler sampler = new Sampler(model(SURE), tokenizer);
        int prompt = sampler.prompt(prompt()).tokens().length;
        assertThatThrownBy(() -> sampler.start(prompt(), diffusion(8, 0.9, 1_000)))
                .isInstanceOf(ContextExceededException.class)
                .hasMessageContaining("max_tokens is 1000")
                .hasMessageContaining("ask for at most " + (256 - prompt));
    }

    private String prompt() {
        return SOURCE.substring(0, PROMPT_END);
    }

    private ScriptedTransformer model(ScriptedTransformer.Confidence confidence) {
        return ScriptedTransformer.knowing(SOURCE, tokenizer, confidence);
    }

    private Run run(
            String prompt, SamplingSettings settings, ScriptedTransformer.Confidence confidence) {
        ScriptedTransformer model = model(confidence);
        return drain(new Sampler(model, tokenizer).start(prompt, settings), model);
    }

    private static Run drain(Generation generation, ScriptedTransformer model) {
        List<SamplingEvent> events = new ArrayList<>();
        while (!generation.isFinished()) {
            events.addAll(generation.step());
        }
        return new Run(events, model);
    }

    private static List<Integer> positions(Run run) {
        return run.committed()
                .flatMap(
                        committed ->
                                IntStream.range(0, committed.tokens().size())
                                        .mapToObj(i -> committed.firstPosition() + i))
                .filter(position -> position >= 0)
                .toList();
    }

    private static SamplingSettings diffusion(int blockTokens, double threshold) {
        return diffusion(blockTokens, threshold, 90);
    }

    private static SamplingSettings diffusion(int blockTokens, double threshold, int maxTokens) {
        return SamplingSettings.greedy(maxTokens, blockTokens, threshold);
    }

    private static SamplingSettings settings(
            DecodingMode mode,
            int maxTokens,
            List<String> stop,
            int blockTokens,
            double threshold) {
        return SamplingSettings.greedy(maxTokens, blockTokens, threshold).in(mode).stoppedAt(stop);
    }

    private record Run(List<SamplingEvent> events, ScriptedTransformer model) {
        Stream<Committed> committed() {
            return events.stream().filter(Committed.class::isInstance).map(Committed.class::cast);
        }

        String text() {
            return committed().map(Committed::text).collect(Collectors.joining());
        }

        List<PlacedToken> tokens() {
            return committed().flatMap(committed -> Written.output(committed).stream()).toList();
        }

        Finished finished() {
            assertThat(events).filteredOn(Finished.class::isInstance).hasSize(1);
            return (Finished) events.getLast();
        }
    }
}
