package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.data.Batch;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskObjectiveTest {

    private static final int MASK = 1;
    private static final int ROWS = 4;
    private static final int LENGTH = 64;

    private final MaskObjective objective = new MaskObjective(MASK, 0, List.of(4, 8, 32));

    @Test
    void masked_positions_are_asked_for_their_clean_token_and_clean_ones_for_the_next() {
        Batch clean = batch();
        TrainingBatch posed = objective.pose(clean, new SplittableRandom(1));

        assertThat(posed.length()).isEqualTo(2 * LENGTH);
        int scored = posed.rows().length;
        for (int i = 0; i < scored; i++) {
            int row = (int) posed.rows()[i] / posed.length();
            int position = (int) posed.rows()[i] % posed.length();
            int[] tokens = clean.tokens()[row];
            boolean noisyHalf = position < LENGTH;
            float diffusion = posed.scales()[i];
            float nextToken = posed.scales()[scored + i];
            if (noisyHalf) {
                assertThat(posed.ids()[(int) posed.rows()[i]]).isEqualTo(MASK);
                assertThat(posed.targets()[i]).isEqualTo(tokens[position]);
                assertThat(diffusion).isGreaterThanOrEqualTo(1f / (ROWS * LENGTH));
                assertThat(nextToken).isZero();
            } else {
                assertThat(posed.targets()[i]).isEqualTo(tokens[position - LENGTH + 1]);
                assertThat(diffusion).isZero();
                assertThat(nextToken).isEqualTo(1f / (ROWS * LENGTH));
            }
        }
    }

    @Test
    void a_uniform_model_loses_the_logarithm_of_the_vocabulary_a_token() {
        double weight = 0;
        int rounds = 300;
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < rounds; i++) {
            TrainingBatch posed = objective.pose(batch(), random);
            for (int k = 0; k < posed.rows().length; k++) {
                weight += posed.scales()[k];
            }
        }
        // Every scored row costs log v, so the diffusion loss is log v times the sum of the
        // weights:
        // one a token, but for the document start, which is never asked for, and but for the masks
        // that blocks without any get, which add up to a tenth where blocks are short.
        assertThat(weight / rounds).isBetween((LENGTH - 1.0) / LENGTH - 0.02, 1.1);
    }

    @Test
    void equal_chance_gives_equal_batches() {
        TrainingBatch one = objective.pose(batch(), new SplittableRandom(7));
        TrainingBatch two = objective.pose(batch(), new SplittableRandom(7));
        assertThat(two.ids()).isEqualTo(one.ids());
        assertThat(two.visible()).isEqualTo(one.visible());
        assertThat(two.scales()).isEqualTo(one.scales());
    }

    private static Batch batch() {
        int[][] tokens = new int[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            int first = 10 * row;
            tokens[row] =
                    IntStream.range(0, LENGTH)
                            .map(i -> i == 0 ? 0 : 2 + (first + i) % 50)
                            .toArray();
        }
        return new Batch(tokens, new int[ROWS][LENGTH], new int[ROWS][LENGTH]);
    }
}
