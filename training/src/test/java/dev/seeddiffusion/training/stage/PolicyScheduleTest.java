package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PolicyScheduleTest {

    private final PolicySchedule schedule = new PolicySchedule(40, 800, 0.6);

    @Test
    void rounds_begin_every_so_many_steps() {
        assertThat(schedule.beginsRound(0)).isTrue();
        assertThat(schedule.beginsRound(39)).isFalse();
        assertThat(schedule.beginsRound(40)).isTrue();
        assertThat(schedule.round(79)).isEqualTo(1);
    }

    @Test
    void the_horizon_grows_to_the_whole_trajectory_and_stays() {
        assertThat(schedule.horizon(0, 1)).isZero();
        assertThat(schedule.horizon(240, 1)).isCloseTo(0.5, within(1e-12));
        assertThat(schedule.horizon(480, 1)).isCloseTo(1, within(1e-12));
        assertThat(schedule.horizon(800, 1)).isEqualTo(1);
    }

    @Test
    void while_too_few_samples_are_right_it_is_the_next_step() {
        assertThat(schedule.horizon(480, 0.59)).isZero();
        assertThat(schedule.horizon(480, 0.6)).isCloseTo(1, within(1e-12));
    }
}
