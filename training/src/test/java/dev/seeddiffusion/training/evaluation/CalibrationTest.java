package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.training.evaluation.Calibration.Point;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    private final Calibration calibration = new Calibration();

    @Test
    void it_weighs_each_bin_by_what_it_holds() {
        calibration.add(0.95, true);
        calibration.add(0.95, true);
        calibration.add(0.95, false);
        calibration.add(0.2, true);
        assertThat(calibration.expectedError())
                .isCloseTo((3 * (0.95 - 2 / 3.0) + 0.8) / 4, within(1e-12));
        assertThat(calibration.points()).extracting(Point::count).containsExactly(1L, 3L);
    }

    @Test
    void too_much_and_too_little_confidence_in_one_bin_cancel_out() {
        calibration.add(0.50, true);
        calibration.add(0.50, false);
        assertThat(calibration.expectedError()).isZero();
        assertThat(calibration.points()).containsExactly(new Point(0.5, 0.5, 2));
    }

    @Test
    void confidences_that_mean_what_they_say_have_hardly_an_error() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            double confidence = random.nextDouble();
            calibration.add(confidence, random.nextDouble() < confidence);
        }
        // The mean of |error| of 15 bins of 6,667: 0.8 standard errors of at most 0.0061 each.
        assertThat(calibration.expectedError()).isLessThan(0.01);
        assertThat(calibration.points()).hasSize(15);
    }

    @Test
    void both_ends_belong_to_a_bin() {
        calibration.add(0, false);
        calibration.add(1, true);
        assertThat(calibration.points()).containsExactly(new Point(0, 0, 1), new Point(1, 1, 1));
        assertThat(calibration.expectedError()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
    void what_is_no_probability_is_refused(double confidence) {
        assertThatThrownBy(() -> calibration.add(confidence, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(confidence));
    }

    @Test
    void of_nothing_there_is_no_error() {
        assertThat(calibration.expectedError()).isNaN();
        assertThat(calibration.points()).isEmpty();
    }
}
