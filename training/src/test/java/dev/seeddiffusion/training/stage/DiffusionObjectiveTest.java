package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.training.stage.Batches.END;
import static dev.seeddiffusion.training.stage.Batches.LENGTH;
import static dev.seeddiffusion.training.stage.Batches.ROWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.MaskNoise;
import dev.seeddiffusion.training.data.Batch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiffusionObjectiveTest {

    private static final int MASK = 1;

    private final Batch clean = Batches.promptsAndAnswers();
    private final Objective objective =
            new DiffusionObjective(new MaskNoise(MASK), END, List.of(4, 8, 32));

    @Test
    void masked_slots_are_asked_for_their_clean_token_and_clean_ones_for_the_next() {
        for (long seed = 0; seed < 50; seed++) {
            TrainingBatch posed = objective.pose(clean, Unasked.MODEL, new SplittableRandom(seed));
            int slots = posed.length() - LENGTH;
            int scored = posed.rows().length;
            Set<List<Integer>> asked = new HashSet<>();
            for (int i = 0; i < scored; i++) {
                int at = (int) posed.rows()[i];
                int row = at / posed.length();
                int position = (int) posed.positions()[at];
                int[] tokens = clean.tokens()[row];
                float diffusion = posed.scales()[i];
                float nextToken = posed.scales()[scored + i];
                if (at % posed.length() < slots) {
                    assertThat(posed.ids()[at]).isEqualTo(MASK);
                    assertThat(posed.targets()[i]).isEqualTo(tokens[position]);
                    assertThat(clean.given()[row][position]).isFalse();
                    assertThat(diffusion).isGreaterThanOrEqualTo(1f / AskedFor.tokens(clean));
                    assertThat(nextToken).isZero();
                } else {
                    assertThat(posed.ids()[at]).isEqualTo(tokens[position]);
                    assertThat(posed.targets()[i]).isEqualTo(tokens[position + 1]);
                    assertThat(clean.given()[row][position + 1]).isFalse();
                    assertThat(asked.add(List.of(row, position))).isTrue();
                    assertThat(diffusion).isZero();
                    assertThat(nextToken).isEqualTo(1f / AskedFor.tokens(clean));
                }
            }
            assertThat(asked).hasSize(AskedFor.tokens(clean));
        }
    }

    @Test
    void a_share_of_blocks_is_noised_fully() {
        int blocks = 0;
        int full = 0;
        for (long seed = 0; seed < 400; seed++) {
            NoisyBatch noisy =
                    new DiffusionObjective(new MaskNoise(MASK), null, null, 0.4, END, List.of(16))
                            .corrupt(clean, Unasked.MODEL, new SplittableRandom(seed));
            for (int row = 0; row < ROWS; row++) {
                BlockPartition partition = noisy.partitions().get(row);
                int[] tokens = noisy.noisy().get(row).tokens();
                for (int first = 0; first < partition.slots(); ) {
                    int end = partition.blockEnd(first);
                    if (end - first >= 14 && !partition.beyondEnd()[end - 1]) {
                        blocks++;
                        full +=
                                IntStream.range(first, end).allMatch(i -> tokens[i] == MASK)
                                        ? 1
                                        : 0;
                    }
                    first = end;
                }
            }
        }
        // Of the others the share of levels near 1: the mean of t^16 or t^14 over (0, 1].
        double expected = 0.4 + 0.6 / 16.5;
        double standardError = Math.sqrt(0.44 * 0.56 / blocks);
        assertThat(full / (double) blocks)
                .isBetween(expected - 5 * standardError, expected + 5 * standardError);
    }

    @Test
    void the_clean_half_is_the_row_whatever_the_noise() {
        TrainingBatch posed = objective.pose(clean, Unasked.MODEL, new SplittableRandom(1));
        int slots = posed.length() - LENGTH;

        assertThat(posed.batch()).isEqualTo(ROWS);
        for (int row = 0; row < ROWS; row++) {
            int first = row * posed.length() + slots;
            for (int i = 0; i < LENGTH; i++) {
                assertThat(posed.ids()[first + i]).isEqualTo(clean.tokens()[row][i]);
                assertThat(posed.positions()[first + i]).isEqualTo(i);
            }
        }
    }

    @Test
    void no_token_sees_a_clean_token_that_it_is_asked_for_or_one_of_another_document() {
        for (long seed = 0; seed < 20; seed++) {
            TrainingBatch posed = objective.pose(clean, Unasked.MODEL, new SplittableRandom(seed));
            int length = posed.length();
            int slots = length - LENGTH;
            for (int i = 0; i < posed.rows().length; i++) {
                int at = (int) posed.rows()[i];
                int row = at / length;
                boolean denoised = at % length < slots;
                int target = (int) posed.positions()[at] + (denoised ? 0 : 1);
                int start = clean.documentStart()[row][target];
                for (int seen = 0; seen < LENGTH; seen++) {
                    if (posed.visible()[at * length + slots + seen] == 1) {
                        assertThat(seen).isBetween(start, target - 1);
                    }
                }
            }
        }
    }

    @Test
    void both_losses_are_means_over_what_is_asked_for() {
        double diffusion = 0;
        int rounds = 300;
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < rounds; round++) {
            TrainingBatch posed = objective.pose(clean, Unasked.MODEL, random);
            int scored = posed.rows().length;
            double nextToken = 0;
            for (int i = 0; i < scored; i++) {
                diffusion += posed.scales()[i];
                nextToken += posed.scales()[scored + i];
            }
            assertThat(nextToken).isCloseTo(1, within(1e-5));
        }
        // One on average, but for the masks that blocks without any get, which add up to a tenth
        // where blocks are short.
        assertThat(diffusion / rounds).isBetween(0.98, 1.15);
    }

    @Test
    void equal_chance_gives_equal_batches() {
        assertThat(objective.pose(clean, Unasked.MODEL, new SplittableRandom(7)))
                .usingRecursiveComparison()
                .isEqualTo(objective.pose(clean, Unasked.MODEL, new SplittableRandom(7)));
    }

    @Test
    void a_row_that_only_gives_has_nothing_scored() {
        Arrays.fill(clean.given()[2], true);

        TrainingBatch posed = objective.pose(clean, Unasked.MODEL, new SplittableRandom(7));

        assertThat(Arrays.stream(posed.rows()).map(at -> at / posed.length()))
                .contains(0L, 1L, 3L)
                .doesNotContain(2L);
    }
}
