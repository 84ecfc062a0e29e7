package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a recorded generation says of itself, on a scripted model and on a real, random one. */
class TrajectoryTest {

    private static final String SOURCE = TinyCheckpoint.SOURCE;
    private static final int BLOCK = 8;
    private static final ScriptedTransformer.Confidence SURE = (_, _) -> 0.99f;
    private static final ScriptedTransformer.Confidence UNSURE = (_, before) -> 0.5f - before / 99f;

    @TempDir private static Path folder;
    private static CodeTokenizer tokenizer;
    private static TorchScriptTransformer random;

    @BeforeAll
    static void load() throws IOException {
        tokenizer = TinyCheckpoint.tokenizer(folder);
        random = TinyCheckpoint.model(folder, tokenizer);
    }

    @AfterAll
    static void close() {
        random.close();
        tokenizer.close();
    }

    @Test
    void the_clean_sequence_is_what_the_model_read_wherever_the_prompt_was_cut() {
        ScriptedTransformer model = scripted(SURE);
        for (int cut = 0; cut < SOURCE.length(); cut++) {
            Trajectory trajectory = run(model, SOURCE.substring(0, cut), settings()).trajectory();

            assertThat(trajectory.tokens()).as("cut at %d", cut).isEqualTo(model.document());
            assertPositionsFollow(trajectory);
        }
    }

    @Test
    void an_unsure_model_unmasks_one_token_a_step() {
        Trajectory trajectory = run(scripted(UNSURE), prompt(), settings()).trajectory();

        BlockTrajectory block = trajectory.blocks().getFirst();
        assertThat(block.canvases().getFirst()).containsOnly(tokenizer.mask());
        assertThat(block.canvases()).hasSize(BLOCK + 1);
        assertThat(block.canvases())
                .extracting(ids -> IntStream.of(ids).filter(id -> id == tokenizer.mask()).count())
                .containsExactly(8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L, 0L);
        assertThat(block.steps()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(block.elbo()).isCloseTo(BLOCK * Math.log(0.5f), within(1e-9));
    }

    @Test
    void the_elbo_counts_every_token_after_the_prompt_and_the_end_of_text() {
        ScriptedTransformer model = scripted(SURE);
        Trajectory trajectory = run(model, prompt(), settings()).trajectory();

        int written = model.document().length - trajectory.prompt().length;
        assertThat(trajectory.elbo()).isCloseTo(written * Math.log(0.99f), within(1e-9));
        assertThat(trajectory.steps()).isEqualTo(Math.ceilDiv(written, BLOCK));
    }

    @Test
    void what_stands_after_the_end_of_text_is_masked() {
        Trajectory trajectory = run(scripted(SURE), prompt(), settings()).trajectory();

        BlockTrajectory last = trajectory.blocks().getLast();
        int end = last.tokens() - 1;
        assertThat(end).as("a block that runs on beyond the end").isLessThan(BLOCK - 1);
        int[] ids = last.canvases().getLast();
        assertThat(ids[end]).isEqualTo(tokenizer.documentEnd());
        for (int i = end + 1; i < BLOCK; i++) {
            assertThat(ids[i]).isEqualTo(tokenizer.mask());
            assertThat(last.confidences()[i]).isNaN();
            assertThat(last.steps()[i]).isEqualTo(-1);
        }
    }

    @Test
    void recording_changes_nothing_else() {
        ScriptedTransformer silent = scripted(UNSURE);
        ScriptedTransformer recorded = scripted(UNSURE);

        List<PlacedToken> expected =
                run(silent, prompt(), SamplingSettings.greedy(90, BLOCK, 0.9)).tokens();

        assertThat(run(recorded, prompt(), settings()).tokens()).isEqualTo(expected);
        assertThat(recorded.calls).isEqualTo(silent.calls);
    }

    @Test
    void a_trajectory_that_was_not_asked_for_is_refused() {
        Sampler sampler = new Sampler(scripted(SURE), tokenizer);
        Generation generation = sampler.start(prompt(), SamplingSettings.greedy(90, BLOCK, 0.9));

        assertThatThrownBy(generation::trajectory).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> settings().autoregressive())
                .isInstanceOf(IllegalArgumentException.class);
    }

    static List<SamplingSettings> everyPolicy() {
        List<SamplingSettings> all = new ArrayList<>();
        for (UnmaskingPolicy policy :
                List.of(
                        UnmaskingPolicy.confidenceThreshold(0.3),
                        UnmaskingPolicy.factor(2.5),
                        UnmaskingPolicy.entropyBound(4),
                        UnmaskingPolicy.margin(2),
                        UnmaskingPolicy.topK(3),
                        UnmaskingPolicy.fixedSteps(4))) {
            for (Double revise : Arrays.asList(null, 0.2)) {
                SamplingSettings settings =
                        SamplingSettings.of(60, new Denoising(BLOCK, policy, revise)).recording();
                all.add(settings);
                LongStream.range(0, 3)
                        .mapToObj(seed -> settings.drawn(new Draw(1, 0.9, seed)))
                        .forEach(all::add);
            }
        }
        return all;
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("everyPolicy")
    void a_trajectory_leads_from_masks_to_the_committed_tokens(SamplingSettings settings) {
        Run run = run(random, "def is_prime(n):\n", settings);

        int block = 0;
        for (BlockTrajectory trajectory : run.trajectory().blocks()) {
            assertThat(trajectory.canvases().getFirst()).containsOnly(tokenizer.mask());
            assertStepsTell(trajectory, settings.denoising().reviseThreshold() != null);
            block++;
        }
        assertThat(block).isPositive();
        assertPositionsFollow(run.trajectory());
        int[] tokens = run.trajectory().tokens();
        int[] committed = run.tokens().stream().mapToInt(PlacedToken::id).toArray();
        int ends = tokens[tokens.length - 1] == tokenizer.documentEnd() ? 1 : 0;
        assertThat(Arrays.copyOfRange(tokens, 0, tokens.length - ends)).endsWith(committed);
        assertThat(run(random, "def is_prime(n):\n", settings).tokens()).isEqualTo(run.tokens());
    }

    @Test
    void a_random_model_does_revise() {
        Denoising denoising = new Denoising(BLOCK, UnmaskingPolicy.topK(1), 0.2);
        SamplingSettings settings = SamplingSettings.of(60, denoising);

        assertThat(run(random, "def is_prime(n):\n", settings).tokens())
                .extracting(PlacedToken::revisions)
                .contains(1)
                .allMatch(revisions -> revisions <= Denoising.MOST_REVISIONS);
    }

    /** Every final token appears at the step said, and stays; without revision, so does any. */
    private static void assertStepsTell(BlockTrajectory block, boolean revised) {
        int[] end = block.canvases().getLast();
        for (int i = 0; i < block.tokens(); i++) {
            int placed = block.steps()[i];
            for (int state = 0; state < block.canvases().size(); state++) {
                int id = block.canvases().get(state)[i];
                if (state > placed) {
                    assertThat(id).isEqualTo(end[i]);
                } else if (!revised) {
                    assertThat(id).isEqualTo(tokenizer.mask());
                } else if (state == placed) {
                    assertThat(id).isNotEqualTo(end[i]);
                }
            }
            assertThat(block.confidences()[i]).isBetween(0f, 1f);
        }
    }

    private static void assertPositionsFollow(Trajectory trajectory) {
        int position = trajectory.prompt().length;
        for (BlockTrajectory block : trajectory.blocks()) {
            assertThat(block.firstPosition()).isEqualTo(position);
            position += block.tokens();
        }
        assertThat(position).isEqualTo(trajectory.tokens().length);
    }

    private static String prompt() {
        return SOURCE.substring(0, SOURCE.indexOf("    if n < 2"));
    }

    private static SamplingSettings settings() {
        return SamplingSettings.greedy(150, BLOCK, 0.9).recording();
    }

    private static ScriptedTransformer scripted(ScriptedTransformer.Confidence confidence) {
        return ScriptedTransformer.knowing(SOURCE, tokenizer, confidence);
    }

    private record Run(Generation generation, List<PlacedToken> tokens) {
        Trajectory trajectory() {
            return generation.trajectory();
        }
    }

    private static Run run(Transformer model, String prompt, SamplingSettings settings) {
        List<PlacedToken> tokens = new ArrayList<>();
        try (Generation generation = new Sampler(model, tokenizer).start(prompt, settings)) {
            while (!generation.isFinished()) {
                for (SamplingEvent event : generation.step()) {
                    if (event instanceof SamplingEvent.Committed committed) {
                        tokens.addAll(Written.output(committed));
                    }
                }
            }
            return new Run(generation, tokens);
        }
    }
}
