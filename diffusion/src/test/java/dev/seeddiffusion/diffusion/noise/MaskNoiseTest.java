package dev.seeddiffusion.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.noise.MaskNoise.NoisyRow;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskNoiseTest {

    private static final int MASK = 1;
    private static final int LENGTH = 257;
    private static final int[] CLEAN = IntStream.range(10, 10 + LENGTH).toArray();

    private final MaskNoise noise = new MaskNoise(MASK);

    @ParameterizedTest(name = "t = {0}")
    @ValueSource(doubles = {0.05, 0.3, 0.5, 0.9})
    void masks_a_share_t_of_the_tokens(double t) {
        SplittableRandom random = new SplittableRandom(1);
        BlockPartition partition = BlockPartition.of(LENGTH, 64, random);
        double[] levels = new double[partition.blocks()];
        Arrays.fill(levels, t);
        int rounds = 400;
        int masked = 0;
        for (int i = 0; i < rounds; i++) {
            masked += count(noise.corrupt(CLEAN, partition, levels, random));
        }
        int trials = rounds * (LENGTH - 1);
        double standardError = Math.sqrt(t * (1 - t) / trials);
        double atLeastOne = partition.blocks() / (double) (LENGTH - 1) * Math.pow(1 - t, 40);
        assertThat(masked / (double) trials).isCloseTo(t, within(5 * standardError + atLeastOne));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void every_block_gets_a_mask_and_nothing_else_is_touched(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BlockPartition partition = BlockPartition.of(LENGTH, 8, random);
        double[] levels = new double[partition.blocks()];
        Arrays.fill(levels, 1e-9);

        NoisyRow noisy = noise.corrupt(CLEAN, partition, levels, random);

        assertThat(noisy.tokens()[0]).as("the document start").isEqualTo(CLEAN[0]);
        boolean[] touched = new boolean[partition.blocks()];
        for (int i = 1; i < LENGTH; i++) {
            if (noisy.isMasked(i)) {
                touched[partition.blockOf()[i]] = true;
                assertThat(noisy.tokens()[i]).isEqualTo(MASK);
                assertThat(noisy.weights()[i]).as("1 / t, clipped to a block").isEqualTo(8);
            } else {
                assertThat(noisy.tokens()[i]).isEqualTo(CLEAN[i]);
            }
        }
        assertThat(touched).containsOnly(true);
    }

    @Test
    void at_level_one_everything_is_masked_with_weight_one() {
        SplittableRandom random = new SplittableRandom(1);
        BlockPartition partition = BlockPartition.of(LENGTH, 16, random);
        double[] levels = new double[partition.blocks()];
        Arrays.fill(levels, 1);

        NoisyRow noisy = noise.corrupt(CLEAN, partition, levels, random);

        assertThat(count(noisy)).isEqualTo(LENGTH - 1);
        assertThat(Arrays.copyOfRange(noisy.weights(), 1, LENGTH)).containsOnly(1);
    }

    @Test
    void the_weights_make_the_loss_an_unbiased_mean_over_tokens() {
        SplittableRandom random = new SplittableRandom(5);
        BlockPartition partition = BlockPartition.of(LENGTH, 64, random);
        double sum = 0;
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            double[] levels = NoiseLevels.spread(partition.blocks(), random);
            sum += Arrays.stream(noise.corrupt(CLEAN, partition, levels, random).weights()).sum();
        }
        // E[1[masked] / t] is 1 at every level that is not clipped: levels under 1/64 give less.
        double mean = sum / rounds / (LENGTH - 1);
        assertThat(mean).isCloseTo(1, within(0.02));
    }

    @Test
    void a_clean_row_that_holds_the_mask_is_refused() {
        SplittableRandom random = new SplittableRandom(1);
        int[] clean = CLEAN.clone();
        clean[5] = MASK;
        BlockPartition partition = BlockPartition.of(LENGTH, 64, random);
        double[] levels = NoiseLevels.spread(partition.blocks(), random);

        assertThatThrownBy(() -> noise.corrupt(clean, partition, levels, random))
                .hasMessageContaining("token 5 is the mask");
    }

    private static int count(NoisyRow noisy) {
        return (int) IntStream.range(0, LENGTH).filter(noisy::isMasked).count();
    }
}
