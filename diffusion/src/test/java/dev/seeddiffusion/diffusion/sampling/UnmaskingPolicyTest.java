package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UnmaskingPolicyTest {

    private static final float[] CONFIDENCES = {0.2f, 0.95f, 0.9f, 0.4f};

    @Test
    void the_threshold_places_all_that_reach_it() {
        assertThat(UnmaskingPolicy.confidenceThreshold(0.9f).place(CONFIDENCES, 0))
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void the_threshold_places_the_surest_where_none_reaches_it() {
        assertThat(UnmaskingPolicy.confidenceThreshold(0.99).place(CONFIDENCES, 0))
                .containsExactly(1);
    }

    @Test
    void top_k_places_k_or_what_is_left() {
        assertThat(UnmaskingPolicy.topK(3).place(CONFIDENCES, 5)).containsExactly(1, 2, 3);
        assertThat(UnmaskingPolicy.topK(9).place(CONFIDENCES, 5)).hasSize(4);
    }

    @Test
    void fixed_steps_fill_a_block_in_that_many() {
        for (int steps = 1; steps <= 12; steps++) {
            UnmaskingPolicy policy = UnmaskingPolicy.fixedSteps(steps);
            int masked = 10;
            int taken = 0;
            while (masked > 0) {
                masked -= policy.place(new float[masked], taken++).length;
            }
            assertThat(taken).isEqualTo(Math.min(steps, 10));
        }
    }

    @Test
    void settings_out_of_range_are_refused() {
        assertThatThrownBy(() -> UnmaskingPolicy.confidenceThreshold(0))
                .hasMessageContaining("0.0");
        assertThatThrownBy(() -> UnmaskingPolicy.topK(0)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> UnmaskingPolicy.fixedSteps(0)).hasMessageContaining("not 0");
    }
}
