package dev.seeddiffusion.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseLevelsTest {

    @ParameterizedTest(name = "{0} blocks")
    @ValueSource(ints = {1, 2, 17, 256})
    void levels_lie_in_every_part_of_the_range_once(int count) {
        for (long seed = 0; seed < 50; seed++) {
            double[] levels = NoiseLevels.spread(count, new SplittableRandom(seed));
            Arrays.sort(levels);
            for (int i = 0; i < count; i++) {
                assertThat(levels[i]).isGreaterThan(0).isLessThanOrEqualTo(1);
                if (i > 0) {
                    assertThat(levels[i] - levels[i - 1])
                            .isCloseTo(1.0 / count, org.assertj.core.data.Offset.offset(1e-9));
                }
            }
        }
    }
}
