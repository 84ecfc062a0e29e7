package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.training.trajectory.Samples.END;
import static dev.seeddiffusion.training.trajectory.Samples.MASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.data.Batch;
import dev.seeddiffusion.training.trajectory.Sample;
import dev.seeddiffusion.training.trajectory.Samples;
import dev.seeddiffusion.training.trajectory.Samples.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SampledRowsTest {

    private static final int ROW_TOKENS = 40;
    private static final ModelConfig CONFIG =
            new ModelConfig(
                    96,
                    64,
                    2,
                    4,
                    2,
                    16,
                    96,
                    ROW_TOKENS,
                    1e-6,
                    10_000,
                    true,
                    END,
                    MASK,
                    SamplingDefaults.of(8, 0.9));

    /** Two blocks, the last one longer than its text. */
    private static final Sample RIGHT =
            Samples.of(
                    0,
                    new int[] {END, 20, 21, 22},
                    1,
                    Block.of(new int[] {30, 31, 32, 33}, 2, 0, 1, 0),
                    Block.of(new int[] {34, END}, 1, 0).in(4));

    private static final Sample ALSO_RIGHT =
            Samples.of(
                    1,
                    new int[] {END, 40, 41},
                    1,
                    Block.of(new int[] {50, 51, 52, 53, 54, END}, 0, 1, 2, 2, 1, 0).in(8));

    private static final Sample WRONG =
            Samples.of(
                    2,
                    new int[] {END, 60, 61, 62, 63},
                    0.5,
                    Block.of(new int[] {70, 71}, 0, 1),
                    Block.of(new int[] {72, END}, 0, 0).in(2));

    private record Pick(Sample sample, BlockTrajectory block, BlockState state) {}

    private final List<Pick> picks = new ArrayList<>();

    /** Some state, with weights of any kind, and what was picked is kept. */
    private BlockState pick(Sample sample, BlockTrajectory block, RandomGenerator random) {
        int[] canvas = block.canvases().get(random.nextInt(block.stepCount())).clone();
        double[] weights = new double[canvas.length];
        for (int i = 0; i < block.tokens(); i++) {
            weights[i] = random.nextInt(4) == 0 ? 0 : random.nextDouble() - 0.2;
        }
        BlockState state = new BlockState(canvas, weights);
        picks.add(new Pick(sample, block, state));
        return state;
    }

    @Test
    void training_computes_of_each_state_what_sampling_computes_of_it() {
        NoisyBatch batch = rows(4, RIGHT, ALSO_RIGHT, WRONG);
        assertThat(picks.stream().map(Pick::sample).distinct()).hasSize(3);

        NDManager manager = NDManager.newBaseManager("PyTorch");
        try (TrainableModel model =
                        new TrainableModel(
                                manager,
                                CONFIG,
                                DType.F32,
                                TrainableModel.initialWeights(
                                        manager, CONFIG, new SplittableRandom(5)));
                Transformer sampler = model.snapshot()) {
            float[] losses = model.backward(batch.pack(END));

            assertThat((double) losses[0]).isCloseTo(diffusionLoss(sampler), within(1e-4));
            assertThat((double) losses[1]).isCloseTo(nextTokenLoss(sampler), within(1e-4));
        }
    }

    /** Of the picked states, each after the tokens of its own sample that come before it. */
    private double diffusionLoss(Transformer model) {
        double sum = 0;
        int text = 0;
        for (Pick pick : picks) {
            int[] tokens = pick.sample.trajectory().tokens();
            int first = pick.block.firstPosition();
            int[] context = Arrays.copyOf(tokens, first);
            float[][] logits = logits(model, context, pick.state.canvas(), first);
            for (int i = 0; i < pick.block.tokens(); i++) {
                sum += pick.state.weights()[i] * loss(logits[i], tokens[first + i]);
                text++;
            }
        }
        return sum / text;
    }

    /** Of what the right samples wrote. */
    private double nextTokenLoss(Transformer model) {
        double sum = 0;
        int count = 0;
        for (Pick pick : picks) {
            if (pick.sample.isVerified()) {
                int[] tokens = pick.sample.trajectory().tokens();
                float[][] logits = logits(model, tokens, new int[0], 0);
                int first = pick.block.firstPosition();
                for (int i = first; i < first + pick.block.tokens(); i++, count++) {
                    sum += loss(logits[i - 1], tokens[i]);
                }
            }
        }
        return sum / count;
    }

    private static float[][] logits(Transformer model, int[] clean, int[] canvas, int firstRow) {
        try (KvCache cache = model.newCache(clean.length + canvas.length);
                Logits logits = model.forward(cache, clean, canvas, firstRow)) {
            float[] flat = logits.toArray();
            int vocabulary = flat.length / logits.rows();
            float[][] rows = new float[logits.rows()][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Arrays.copyOfRange(flat, i * vocabulary, (i + 1) * vocabulary);
            }
            return rows;
        }
    }

    /** Negative log-probability, nats. */
    private static double loss(float[] logits, int token) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - logits[token];
    }

    @Test
    void rows_hold_whole_samples_side_by_side_and_ask_for_what_the_right_ones_wrote() {
        Batch clean = rows(3, RIGHT, WRONG).clean();
        int row = 0;
        int filled = 1;
        for (int i = 0; i < picks.size(); i += 2) { // both have two blocks
            Sample sample = picks.get(i).sample();
            int[] tokens = sample.trajectory().tokens();
            if (filled + tokens.length - 1 > ROW_TOKENS
                    || clean.documentStart()[row][filled] != filled - 1) {
                row++;
                filled = 1;
            }
            assertThat(
                            Arrays.copyOfRange(
                                    clean.tokens()[row], filled - 1, filled + tokens.length - 1))
                    .isEqualTo(tokens);
            for (int k = 1; k < tokens.length; k++, filled++) {
                assertThat(clean.given()[row][filled])
                        .isEqualTo(k < sample.promptTokens() || !sample.isVerified());
            }
        }
        assertThat(row).isEqualTo(2);
    }

    @Test
    void without_lessons_the_rows_ask_for_nothing() {
        NoisyBatch batch = rows(2);

        assertThat(AskedFor.tokens(batch.clean())).isZero();
        assertThat(batch.pack(END).rows()).isEmpty();
        assertThat(batch.clean().tokens()).isDeepEqualTo(new int[2][ROW_TOKENS]); // ends
    }

    @Test
    void a_sample_longer_than_a_row_is_left_out() {
        Sample longer =
                Samples.of(3, new int[ROW_TOKENS - 1], 1, Block.of(new int[] {30, END}, 0, 0));

        assertThat(rows(2, longer).pack(END).rows()).isEmpty();
        assertThat(picks).isEmpty();
    }

    private NoisyBatch rows(int count, Sample... samples) {
        List<Lesson> lessons =
                Arrays.stream(samples).map(sample -> new Lesson(sample, this::pick)).toList();
        NoisyBatch none =
                new NoisyBatch(
                        new Batch(new int[0][], new int[0][], new int[0][], new boolean[0][]),
                        List.of(),
                        List.of());
        return new SampledRows(lessons, END)
                .append(none, count, ROW_TOKENS, new SplittableRandom(1));
    }
}
