package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {

    private final Calibration calibration = new Calibration();

    @Test
    void what_is_right_as_often_as_it_is_held_to_be_has_no_error() {
        for (int i = 0; i < 100; i++) {
            calibration.add(0.8, i % 5 != 0);
            calibration.add(0.25, i % 4 == 0);
        }
        assertThat(calibration.expectedError()).isCloseTo(0, within(1e-9));
        assertThat(calibration.points()).hasSize(2);
    }

    @Test
    void the_error_is_the_distance_weighted_by_how_often_it_occurs() {
        for (int i = 0; i < 30; i++) {
            calibration.add(0.9, false);
        }
        for (int i = 0; i < 10; i++) {
            calibration.add(0, false);
        }
        assertThat(calibration.expectedError()).isCloseTo(0.9 * 30 / 40, within(1e-9));
    }

    @Test
    void the_surest_fall_into_the_last_bin() {
        calibration.add(1, true);
        calibration.add(0.95, true);

        assertThat(calibration.points())
                .containsExactly(new Calibration.Point((1 + 0.95) / 2, 1, 2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void what_is_no_confidence_is_refused(double confidence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> calibration.add(confidence, true))
                .withMessageContaining("" + confidence);
    }

    @Test
    void nothing_has_no_error() {
        assertThat(calibration.expectedError()).isNaN();
        assertThat(calibration.points()).isEmpty();
    }
}
