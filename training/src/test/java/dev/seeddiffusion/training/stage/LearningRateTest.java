package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {

    private final LearningRate rate = new LearningRate(1.0, 10, 100, 0.2);

    @Test
    void it_rises_stays_and_falls_to_a_tenth() {
        assertThat(rate.at(0)).isCloseTo(0.1, within(1e-9));
        assertThat(rate.at(9)).isCloseTo(1, within(1e-9));
        assertThat(rate.at(79)).isCloseTo(1, within(1e-9));
        assertThat(rate.at(90)).isCloseTo(0.55, within(1e-9));
        assertThat(rate.at(99)).isCloseTo(0.145, within(1e-9));
    }

    @Test
    void a_longer_run_has_the_same_plateau() {
        LearningRate longer = new LearningRate(1.0, 10, 1_000, 0.2);
        for (int step = 0; step < 80; step++) {
            assertThat(longer.at(step)).isEqualTo(rate.at(step));
        }
    }
}
