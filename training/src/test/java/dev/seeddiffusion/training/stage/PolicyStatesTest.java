package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.training.trajectory.Samples.END;
import static dev.seeddiffusion.training.trajectory.Samples.MASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.trajectory.Sample;
import dev.seeddiffusion.training.trajectory.Samples;
import dev.seeddiffusion.training.trajectory.Samples.Block;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every step is looked at in turn, so that means over the drawn step are exact. */
class PolicyStatesTest {

    private static final int[] STEP_OF = {0, 3, 1, 2, 4, 4, 1, 0, 5, 2};
    private static final int TEXT = STEP_OF.length;
    private static final int STEPS = 6;

    private static final Sample SAMPLE =
            Samples.of(
                    0,
                    new int[] {END, 3},
                    1,
                    Block.of(new int[] {10, 11, 12, 13, 14, 15, 16, 17, 18, END}, STEP_OF).in(16));

    @ParameterizedTest
    @ValueSource(doubles = {0.4, -0.7, 0})
    void each_token_gets_the_advantage_at_the_step_that_placed_it_in_the_mean(double advantage) {
        double[] mean = new double[16];
        for (int step = 0; step < STEPS; step++) {
            BlockState state = pick(new PolicyStates(advantage, false, 1), step);
            for (int i = 0; i < 16; i++) {
                boolean placed = i < TEXT && STEP_OF[i] == step;
                assertThat(state.weights()[i] != 0).isEqualTo(placed && advantage != 0);
                mean[i] += state.weights()[i] / STEPS;
            }
        }
        double expected = PolicyStates.ADVANTAGE_WEIGHT * advantage;
        assertThat(Arrays.copyOf(mean, TEXT)).containsOnly(new double[] {expected}, within(1e-12));
        assertThat(Arrays.copyOfRange(mean, TEXT, 16)).containsOnly(0);
    }

    @ParameterizedTest(name = "horizon {0}")
    @CsvSource({"0, 1, 3", "0.5, 4, 5", "1, 6, 6"})
    void the_surrogate_asks_for_what_is_placed_up_to_the_horizon(
            double horizon, int untilFromFirst, int untilFromThird) {
        assertAsksFor(horizon, 0, untilFromFirst);
        if (horizon < 1) {
            assertAsksFor(horizon, 2, untilFromThird);
        }
    }

    /** Steps from {@code step} until before {@code until} are asked to be made in one. */
    private static void assertAsksFor(double horizon, int step, int until) {
        BlockState state = pick(new PolicyStates(0.7, true, horizon), step);
        int[] asked =
                IntStream.range(0, TEXT)
                        .filter(i -> STEP_OF[i] >= step && STEP_OF[i] < until)
                        .toArray();
        double[] expected = new double[16];
        for (int position : asked) {
            expected[position] = (double) TEXT / asked.length;
        }
        assertThat(state.weights()).containsExactly(expected, within(1e-12));
        assertThat(Arrays.stream(state.weights()).sum()).isCloseTo(TEXT, within(1e-9));
        assertThat(state.canvas()).isEqualTo(block().canvases().get(step));
    }

    @ParameterizedTest(name = "horizon {0}")
    @CsvSource({"0, 6", "0.4, 4", "0.8, 2", "1, 1"})
    void a_model_is_met_the_nearer_to_its_beginning_the_farther_the_horizon(
            double horizon, int beginnings) {
        PolicyStates states = new PolicyStates(0, true, horizon);
        SplittableRandom random = new SplittableRandom(1);
        Set<List<Integer>> met = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            int[] canvas = states.pick(SAMPLE, block(), random).canvas();
            met.add(Arrays.stream(canvas).boxed().toList());
        }

        assertThat(met).hasSize(beginnings);
        assertThat(met).contains(Arrays.stream(block().canvases().getFirst()).boxed().toList());
    }

    @Test
    void what_a_later_end_of_text_cut_off_leaves_no_infinite_weight() {
        BlockTrajectory cut =
                new BlockTrajectory(
                        2,
                        List.of(
                                new int[] {MASK, MASK, MASK, MASK},
                                new int[] {MASK, MASK, MASK, 9}, // beyond what becomes the end
                                new int[] {7, END, MASK, MASK}),
                        new float[] {0.9f, 0.9f, Float.NaN, Float.NaN},
                        new int[] {1, 1, -1, -1});
        for (int step = 0; step < 2; step++) {
            BlockState state = new PolicyStates(0.5, step == 0, 0).pick(SAMPLE, cut, always(step));
            assertThat(state.weights()).doesNotContain(Double.POSITIVE_INFINITY, Double.NaN);
        }
    }

    private static BlockState pick(PolicyStates states, int step) {
        return states.pick(SAMPLE, block(), always(step));
    }

    private static BlockTrajectory block() {
        return SAMPLE.trajectory().blocks().getFirst();
    }

    private static RandomGenerator always(int drawn) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException("only a step is drawn");
            }

            @Override
            public int nextInt(int bound) {
                return drawn;
            }
        };
    }
}
