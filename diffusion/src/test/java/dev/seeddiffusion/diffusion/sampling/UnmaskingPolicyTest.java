package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnmaskingPolicyTest {

    private static final Candidates CANDIDATES = sureBy(0.2f, 0.95f, 0.9f, 0.4f);

    @Test
    void the_threshold_places_all_that_reach_it() {
        assertThat(UnmaskingPolicy.confidenceThreshold(0.9f).place(CANDIDATES, 0))
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void the_threshold_places_the_surest_where_none_reaches_it() {
        assertThat(UnmaskingPolicy.confidenceThreshold(0.99).place(CANDIDATES, 0))
                .containsExactly(1);
    }

    // (n + 1)(1 - c), surest first: 2 * 0.05, 3 * 0.1, 4 * 0.6, 5 * 0.8.
    @ParameterizedTest(name = "factor {0}")
    @CsvSource({"0.01,1", "0.29,1", "0.31,2", "1,2", "2.39,2", "2.41,3", "3.99,3", "4.01,4"})
    void a_factor_places_more_the_surer_the_last_of_them_is(double f, int placed) {
        int[] surestFirst = {1, 2, 3, 0};

        assertThat(UnmaskingPolicy.factor(f).place(CANDIDATES, 0))
                .containsExactly(Arrays.copyOf(surestFirst, placed));
    }

    @ParameterizedTest(name = "{0} nats")
    @CsvSource({"0,1", "0.09,1", "0.11,2", "0.59,2", "0.61,3", "100,4"})
    void an_entropy_bound_holds_for_all_but_the_last_token(double nats, int placed) {
        Candidates candidates = new Known(new float[4], new float[] {2, 0.1f, 3, 0.5f}, null);

        assertThat(UnmaskingPolicy.entropyBound(nats).place(candidates, 0))
                .containsExactly(Arrays.copyOf(new int[] {1, 3, 0, 2}, placed));
    }

    @Test
    void a_margin_counts_and_not_the_confidence() {
        Candidates candidates =
                new Known(new float[] {0.5f, 0.4f}, null, new float[] {0.01f, 0.3f});

        assertThat(UnmaskingPolicy.margin(1).place(candidates, 0)).containsExactly(1);
        assertThat(UnmaskingPolicy.margin(9).place(candidates, 0)).containsExactly(1, 0);
    }

    @Test
    void top_k_places_k_or_what_is_left() {
        assertThat(UnmaskingPolicy.topK(3).place(CANDIDATES, 5)).containsExactly(1, 2, 3);
        assertThat(UnmaskingPolicy.topK(9).place(CANDIDATES, 5)).hasSize(4);
    }

    @Test
    void fixed_steps_fill_a_block_in_that_many() {
        for (int steps = 1; steps <= 12; steps++) {
            UnmaskingPolicy policy = UnmaskingPolicy.fixedSteps(steps);
            int masked = 10;
            int taken = 0;
            while (masked > 0) {
                masked -= policy.place(sureBy(new float[masked]), taken++).length;
            }
            assertThat(taken).isEqualTo(Math.min(steps, 10));
        }
    }

    @Test
    void a_share_of_a_block_is_placed_whatever_is_left_of_it() {
        UnmaskingPolicy policy = UnmaskingPolicy.share(8, 3);

        assertThat(policy.place(CANDIDATES, 0)).containsExactly(1, 2, 3);
        assertThat(policy.place(CANDIDATES, 1)).containsExactly(1, 2, 3);
        assertThat(policy.place(CANDIDATES, 2)).containsExactly(1, 2);
    }

    @Test
    void above_the_threshold_more_than_the_share_is_placed() {
        assertThat(UnmaskingPolicy.thresholdOrShare(0.3, 4, 4).place(CANDIDATES, 0))
                .containsExactly(1, 2, 3);
        assertThat(UnmaskingPolicy.thresholdOrShare(0.95, 4, 2).place(CANDIDATES, 0))
                .containsExactly(1, 2);
    }

    @Test
    void a_clock_fills_a_block_in_its_steps_and_may_rest_in_some() {
        UnmaskingPolicy policy = UnmaskingPolicy.clock(10, 1e-3, Sureness.PROBABILITY);
        int masked = 10;
        int rests = 0;
        for (int step = 0; step < 10; step++) {
            int placed = policy.place(sureBy(new float[masked]), step).length;
            rests += placed == 0 ? 1 : 0;
            masked -= placed;
        }
        assertThat(masked).isZero();
        assertThat(rests).isPositive();
    }

    @Test
    void sureness_is_probability_or_lead_or_little_entropy() {
        Candidates candidates =
                new Known(
                        new float[] {0.5f, 0.4f, 0.3f},
                        new float[] {2, 1, 3},
                        new float[] {0.1f, 0.2f, 0.3f});

        assertThat(first(candidates, Sureness.PROBABILITY)).isEqualTo(0);
        assertThat(first(candidates, Sureness.CERTAINTY)).isEqualTo(1);
        assertThat(first(candidates, Sureness.MARGIN)).isEqualTo(2);
    }

    private static int first(Candidates candidates, Sureness by) {
        return UnmaskingPolicy.clock(1, 0, by).place(candidates, 0)[0];
    }

    @Test
    void settings_out_of_range_are_refused() {
        assertThatThrownBy(() -> UnmaskingPolicy.confidenceThreshold(0))
                .hasMessageContaining("0.0");
        assertThatThrownBy(() -> UnmaskingPolicy.factor(0)).hasMessageContaining("not 0.0");
        assertThatThrownBy(() -> UnmaskingPolicy.entropyBound(-1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> UnmaskingPolicy.margin(0)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> UnmaskingPolicy.topK(0)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> UnmaskingPolicy.fixedSteps(0)).hasMessageContaining("not 0");
    }

    /** Has no entropies or margins: a policy that needs none asks for none. */
    private static Candidates sureBy(float... confidences) {
        return new Known(confidences, null, null);
    }

    private record Known(float[] confidences, float[] entropies, float[] margins)
            implements Candidates {

        @Override
        public int maskedAtFirst() {
            throw new UnsupportedOperationException("Nothing here asks how a block began.");
        }
    }
}
