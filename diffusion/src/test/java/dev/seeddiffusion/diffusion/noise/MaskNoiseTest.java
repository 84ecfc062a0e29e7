package dev.seeddiffusion.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.noise.BlockPartition.Segment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskNoiseTest {

    private static final int MASK = 1;
    private static final int LENGTH = 257;
    private static final int[] CLEAN = IntStream.range(10, 10 + LENGTH).toArray();

    /** A document's rest after what it gives, and one that the row cuts off. */
    private static final List<Segment> ASKED_FOR =
            List.of(new Segment(20, 111, true), new Segment(130, LENGTH, false));

    private static final int TOKENS_ASKED_FOR = 111 - 20 + LENGTH - 130;

    private final MaskNoise noise = new MaskNoise(MASK);

    @ParameterizedTest(name = "t = {0}")
    @ValueSource(doubles = {0.05, 0.3, 0.5, 0.9})
    void masks_a_share_t_of_the_tokens(double t) {
        SplittableRandom random = new SplittableRandom(1);
        int rounds = 400;
        double masked = 0;
        double expected = 0;
        for (int i = 0; i < rounds; i++) {
            BlockPartition partition = BlockPartition.of(ASKED_FOR, 64, random);
            masked += masked(noise.corrupt(CLEAN, partition, levels(partition, t), random));
            for (int tokens : textOfBlocks(partition)) {
                expected += tokens * t + Math.pow(1 - t, tokens); // at least one
            }
        }
        double standardError = Math.sqrt(t * (1 - t) * rounds * TOKENS_ASKED_FOR);
        assertThat(masked).isCloseTo(expected, within(5 * standardError));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void every_block_gets_a_mask_in_its_text_and_nothing_else_is_touched(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BlockPartition partition = BlockPartition.of(ASKED_FOR, 8, random);

        NoisyRow noisy = noise.corrupt(CLEAN, partition, levels(partition, 1e-9), random);

        boolean[] touched = new boolean[partition.blocks()];
        for (int slot = 0; slot < partition.slots(); slot++) {
            if (partition.beyondEnd()[slot]) {
                continue;
            }
            if (noisy.weights()[slot] > 0) {
                touched[partition.blockOf()[slot]] = true;
                assertThat(noisy.tokens()[slot]).isEqualTo(MASK);
                assertThat(noisy.weights()[slot]).as("1 / t, clipped to a block").isEqualTo(8);
            } else {
                assertThat(noisy.tokens()[slot]).isEqualTo(CLEAN[partition.positions()[slot]]);
            }
        }
        assertThat(touched).containsOnly(true);
    }

    @Test
    void any_token_of_a_block_may_be_the_one_that_is_masked_at_least() {
        SplittableRandom random = new SplittableRandom(1);
        int rounds = 4_000;
        int[] masked = new int[8];
        for (int i = 0; i < rounds; i++) {
            BlockPartition partition =
                    new BlockPartition(
                            IntStream.range(20, 28).toArray(), new int[8], new boolean[8], 1, 8);
            NoisyRow noisy = noise.corrupt(CLEAN, partition, levels(partition, 1e-9), random);
            for (int slot = 0; slot < 8; slot++) {
                masked[slot] += noisy.weights()[slot] > 0 ? 1 : 0;
            }
        }
        double share = 1 / 8.0 + Math.pow(7 / 8.0, 8) / 8;
        double standardError = Math.sqrt(share * (1 - share) / rounds);
        for (int count : masked) {
            assertThat(count / (double) rounds).isCloseTo(share, within(5 * standardError));
        }
    }

    @ParameterizedTest(name = "t = {0}")
    @ValueSource(doubles = {1e-9, 0.5, 1})
    void what_lies_beyond_the_end_is_always_masked_and_never_scored(double t) {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            BlockPartition partition =
                    BlockPartition.of(List.of(new Segment(9, 30, true)), 16, random);

            NoisyRow noisy = noise.corrupt(CLEAN, partition, levels(partition, t), random);

            for (int slot = 30 - 9; slot < partition.slots(); slot++) {
                assertThat(noisy.tokens()[slot]).isEqualTo(MASK);
                assertThat(noisy.weights()[slot]).isZero();
            }
        }
    }

    @Test
    void at_level_one_everything_is_masked_with_weight_one() {
        SplittableRandom random = new SplittableRandom(1);
        BlockPartition partition = BlockPartition.of(ASKED_FOR, 16, random);

        NoisyRow noisy = noise.corrupt(CLEAN, partition, levels(partition, 1), random);

        assertThat(noisy.tokens()).containsOnly(MASK);
        assertThat(masked(noisy)).isEqualTo(TOKENS_ASKED_FOR);
        assertThat(noisy.weights()).containsOnly(0, 1);
    }

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {4, 64})
    void the_weights_make_the_loss_an_unbiased_sum_over_tokens(int blockTokens) {
        RandomGenerator random = new SplittableRandom(5);
        double sum = 0;
        double expected = 0;
        double variance = 0;
        for (int i = 0; i < 2_000; i++) {
            BlockPartition partition = BlockPartition.of(ASKED_FOR, blockTokens, random);
            double[] levels = NoiseLevels.spread(partition.blocks(), random);
            int[] text = textOfBlocks(partition);
            sum += Arrays.stream(noise.corrupt(CLEAN, partition, levels, random).weights()).sum();
            for (int block = 0; block < levels.length; block++) {
                double t = Math.max(levels[block], 1.0 / blockTokens);
                // One a token, and what a block without any mask gets for the one it is given.
                expected += text[block] + Math.pow(1 - t, text[block]) / t;
                variance += text[block] * (1 - t) / t;
            }
        }
        assertThat(sum).isCloseTo(expected, within(5 * Math.sqrt(variance)));
    }

    @Test
    void a_mask_among_what_is_asked_for_is_refused_and_among_what_is_given_is_not() {
        SplittableRandom random = new SplittableRandom(1);
        BlockPartition partition = BlockPartition.of(ASKED_FOR, 64, random);
        int[] clean = CLEAN.clone();
        clean[5] = MASK;
        noise.corrupt(clean, partition, levels(partition, 0.5), random);

        clean[140] = MASK;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> noise.corrupt(clean, partition, levels(partition, 0.5), random))
                .withMessageContaining("token 140 is the mask");
    }

    @Test
    void levels_out_of_range_and_another_number_of_them_are_refused() {
        SplittableRandom random = new SplittableRandom(1);
        BlockPartition partition = BlockPartition.of(ASKED_FOR, 64, random);

        for (double level : new double[] {0, -0.1, 1.01, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> noise.corrupt(CLEAN, partition, levels(partition, level), random))
                    .withMessageContaining("noise level is " + level);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> noise.corrupt(CLEAN, partition, new double[] {0.5}, random))
                .withMessageContaining("1 levels for " + partition.blocks() + " blocks");
    }

    private static double[] levels(BlockPartition partition, double t) {
        double[] levels = new double[partition.blocks()];
        Arrays.fill(levels, t);
        return levels;
    }

    private static int masked(NoisyRow noisy) {
        return (int) Arrays.stream(noisy.weights()).filter(weight -> weight > 0).count();
    }

    /** Tokens of each block, without those beyond the end. */
    private static int[] textOfBlocks(BlockPartition partition) {
        int[] tokens = new int[partition.blocks()];
        for (int slot = 0; slot < partition.slots(); slot++) {
            tokens[partition.blockOf()[slot]] += partition.beyondEnd()[slot] ? 0 : 1;
        }
        return tokens;
    }
}
