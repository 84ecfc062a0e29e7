package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {

    @Test
    void metrics_are_told_from_functions_labels_and_ranges() {
        assertThat(
                        PromQl.metrics(
                                "histogram_quantile(0.99, sum by (le) (rate(a_seconds_bucket{b=\"c\"}[5m])))"
                                        + " / ignoring (d) group_left sum(rate(e_total[$__rate_interval])) > 1"))
                .containsExactly("a_seconds_bucket", "e_total");
    }

    @Test
    void what_is_told_is_read_without_comments_and_values() {
        assertThat(PromQl.told("# HELP a text\n# TYPE a gauge\na{b=\"c\"} 1.0\nd 2\n"))
                .containsExactly("a", "d");
    }
}
