package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.training.trajectory.Samples.END;
import static dev.seeddiffusion.training.trajectory.Samples.MASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.noise.EditOperation;
import dev.seeddiffusion.diffusion.noise.TokenEdits;
import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.trajectory.Sample;
import dev.seeddiffusion.training.trajectory.Samples;
import dev.seeddiffusion.training.trajectory.Samples.Block;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderStatesTest {

    private static final int TEXT = 20;
    private static final int LENGTH = 24;
    private static final int STEPS = 4;
    private static final int ROUNDS = 20_000;

    /** Placed in four steps, a fifth of the text at first, more and more. */
    private static final Sample SAMPLE =
            Samples.of(
                    0,
                    new int[] {END, 3},
                    1,
                    Block.of(
                                    IntStream.range(0, TEXT)
                                            .map(i -> i == TEXT - 1 ? END : 10 + i)
                                            .toArray(),
                                    IntStream.range(0, TEXT)
                                            .map(i -> i % 10 < 2 ? 0 : i % 10 < 4 ? 1 : 2 + i % 2)
                                            .toArray())
                            .in(LENGTH));

    private static final BlockTrajectory BLOCK = SAMPLE.trajectory().blocks().getFirst();

    private final OrderStates states =
            new OrderStates(
                    MASK, new TokenEdits(MASK, END, 1_000, EnumSet.allOf(EditOperation.class)));

    @Test
    void a_uniform_model_loses_as_much_in_every_state() {
        RandomGenerator random = new SplittableRandom(1);
        double nats = Math.log(1_000);
        for (int i = 0; i < ROUNDS; i++) {
            BlockState state = states.pick(SAMPLE, BLOCK, random);
            double loss = Arrays.stream(state.weights()).map(weight -> weight * nats).sum();
            assertThat(loss).isCloseTo(TEXT * nats, within(1e-6));
        }
    }

    @Test
    void masks_are_asked_for_by_their_number_and_edited_states_for_every_token_once() {
        RandomGenerator random = new SplittableRandom(2);
        for (int i = 0; i < ROUNDS; i++) {
            BlockState state = states.pick(SAMPLE, BLOCK, random);
            int masks = masks(state.canvas());
            boolean every = Arrays.stream(state.weights(), 0, TEXT).allMatch(w -> w == 1);
            for (int position = 0; position < LENGTH; position++) {
                double weight = state.weights()[position];
                if (position >= TEXT) {
                    assertThat(weight).isZero();
                } else if (!every) {
                    boolean masked = state.canvas()[position] == MASK;
                    assertThat(weight).isEqualTo(masked ? (double) TEXT / masks : 0);
                }
            }
        }
    }

    @Test
    void each_unfinished_state_is_as_frequent_and_a_quarter_of_them_is_edited() {
        RandomGenerator random = new SplittableRandom(3);
        int[] asTheyWere = new int[STEPS];
        for (int i = 0; i < ROUNDS; i++) {
            BlockState state = states.pick(SAMPLE, BLOCK, random);
            if (Arrays.stream(state.weights(), 0, TEXT).allMatch(weight -> weight == 1)) {
                continue; // edited, or the first, of which all is asked for as well
            }
            for (int step = 0; step < STEPS; step++) {
                if (Arrays.equals(state.canvas(), BLOCK.canvases().get(step))) {
                    asTheyWere[step]++;
                }
            }
        }
        double share = 0.75 / STEPS;
        double standardError = Math.sqrt(share * (1 - share) / ROUNDS);
        assertThat(asTheyWere[0]).isZero();
        for (int step = 1; step < STEPS; step++) {
            assertThat((double) asTheyWere[step] / ROUNDS)
                    .isCloseTo(share, within(5 * standardError));
        }
    }

    @Test
    void the_trajectory_itself_is_never_changed() {
        int[][] before = BLOCK.canvases().stream().map(int[]::clone).toArray(int[][]::new);
        RandomGenerator random = new SplittableRandom(4);
        for (int i = 0; i < 1_000; i++) {
            states.pick(SAMPLE, BLOCK, random);
        }
        assertThat(BLOCK.canvases().toArray(int[][]::new)).isDeepEqualTo(before);
    }

    private static int masks(int[] canvas) {
        return (int) Arrays.stream(canvas, 0, TEXT).filter(id -> id == MASK).count();
    }
}
