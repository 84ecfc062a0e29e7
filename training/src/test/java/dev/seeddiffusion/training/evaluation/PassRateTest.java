package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassRateTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20})
    void it_is_the_share_of_all_choices_of_k_that_hold_a_right_one(int samples) {
        for (int right = 0; right <= samples; right++) {
            for (int k = 1; k <= samples; k++) {
                double wrong = choices(samples - right, k) / choices(samples, k);
                assertThat(PassRate.atK(samples, right, k))
                        .as("%d of %d, k = %d", right, samples, k)
                        .isCloseTo(1 - wrong, within(1e-12));
            }
        }
    }

    @Test
    void wilson_bounds_are_those_of_the_textbook() {
        assertThat(PassRate.interval(0.5, 10))
                .usingComparatorWithPrecision(1e-4)
                .containsExactly(0.2366, 0.7634);
        assertThat(PassRate.interval(0, 164))
                .usingComparatorWithPrecision(1e-4)
                .containsExactly(0.0, 0.0229);
        assertThat(PassRate.interval(1, 164))
                .usingComparatorWithPrecision(1e-4)
                .containsExactly(0.9771, 1.0);
    }

    @Test
    void nothing_is_known_without_tasks() {
        assertThat(PassRate.interval(0, 0)).containsExactly(0, 1);
    }

    private static double choices(int n, int k) {
        BigInteger choices = BigInteger.ONE;
        for (int i = 0; i < k; i++) {
            choices = choices.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
        }
        return choices.doubleValue();
    }
}
