package dev.seeddiffusion.inference.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FetchOrComputeTest {

    private static final int BYTES_PER_TOKEN = 1000;
    private static final long SECOND = 1_000_000_000;

    private final FetchOrCompute rates =
            new FetchOrCompute(Duration.ofMillis(20), BYTES_PER_TOKEN, new SimpleMeterRegistry());

    @Test
    void what_was_not_measured_is_fetched() {
        assertThat(rates.prefersFetch()).isTrue();
        rates.computed(1000, SECOND);
        assertThat(rates.prefersFetch()).isTrue();
    }

    @Test
    void what_moves_more_tokens_a_second_is_preferred() {
        rates.computed(1000, SECOND);
        rates.fetched(1001 * BYTES_PER_TOKEN, SECOND);
        assertThat(rates.prefersFetch()).isTrue();

        IntStream.range(0, 50).forEach(_ -> rates.computed(1010, SECOND));
        assertThat(rates.prefersFetch()).isFalse();
    }

    @Test
    void now_and_then_a_slow_store_is_tried_again() {
        rates.computed(1000, SECOND);
        rates.fetched(1, SECOND);

        assertThat(IntStream.range(0, 160).filter(_ -> rates.prefersFetch()).count()).isEqualTo(10);
    }

    @Test
    void a_fetch_has_to_keep_pace_with_computing() {
        rates.computed(1000, SECOND);

        assertThat(rates.patience(0, 2000)).isEqualTo(Duration.ofMillis(200));
        assertThat(rates.patience(1500, 2000)).isEqualTo(Duration.ofMillis(1700));
        assertThat(rates.patience(0, 64)).isEqualTo(Duration.ofMillis(20)); // the deadline
    }

    @Test
    void as_long_as_nothing_is_measured_there_is_the_deadline() {
        assertThat(rates.patience(1500, 2000)).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void a_store_that_failed_is_left_alone_until_it_worked() {
        assertThat(rates.isPaused()).isFalse();

        rates.failed();

        assertThat(rates.isPaused()).isTrue();
    }
}
