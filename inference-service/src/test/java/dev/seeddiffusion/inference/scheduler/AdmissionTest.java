package dev.seeddiffusion.inference.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.inference.scheduler.Admission.Place;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.test.scheduler.VirtualTimeScheduler;

class AdmissionTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> order = new ArrayList<>();
    private final List<Throwable> refused = new ArrayList<>();
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void as_many_as_there_are_places_come_in_at_once() {
        Admission admission = admission(2, 2);

        enter(admission, "first");
        enter(admission, "second");
        enter(admission, "third");

        assertThat(order).containsExactly("first", "second");
        assertThat(admission.waiting()).isOne();
        assertThat(meters.get("inference.queue.depth").gauge().value()).isOne();
    }

    @Test
    void who_waits_comes_in_by_order_of_arrival() {
        Admission admission = admission(1, 3);
        Place first = enter(admission, "first");
        Place second = enter(admission, "second");
        enter(admission, "third");

        first.leave();
        assertThat(order).containsExactly("first", "second");

        second.leave();
        assertThat(order).containsExactly("first", "second", "third");
        assertThat(admission.waiting()).isZero();
    }

    @Test
    void who_finds_the_queue_full_is_turned_away() {
        Admission admission = admission(1, 1);
        Place first = enter(admission, "first");
        enter(admission, "second");

        assertThatThrownBy(() -> admission.enter("tenant", null))
                .isInstanceOf(OverloadedException.class)
                .hasMessage(
                        "This replica is full (1 running, 1 waiting, limit 1): retry after 1 s.");
        assertThat(rejects("queue_full")).isOne();

        first.leave();
        enter(admission, "third");
        assertThat(order).containsExactly("first", "second");
    }

    @ParameterizedTest(name = "{0} places, {1} wait, stays of {2} ms: {3} s")
    @CsvSource({
        "1, 0, 2000, 2", // one stay, until the place is free
        "1, 3, 2000, 8", // and those of the three before
        "4, 7, 2000, 4", // 8 stays in 4 places
        "4, 7, 10, 1", // never less than a second
        "2, 0, 2100, 2", // never too early: 1.05 s
        "1, 9, 9000, 30", // all who wait now are gone by the queue's deadline
    })
    void who_is_turned_away_is_told_when_recent_stays_let_expect_a_turn(
            int places, int wait, int stayMillis, int seconds) {
        Admission admission = admission(places, wait);
        for (int i = 0; i < 3; i++) {
            Place stay = enter(admission, "past");
            clock.advanceTimeBy(Duration.ofMillis(stayMillis));
            stay.leave();
        }
        for (int i = 0; i < places + wait; i++) {
            enter(admission, "present");
        }

        assertThatExceptionOfType(OverloadedException.class)
                .isThrownBy(() -> admission.enter("tenant", null))
                .satisfies(it -> assertThat(it.retryAfterSeconds()).isEqualTo(seconds));
    }

    @Test
    void long_past_stays_are_forgotten() {
        Admission admission = admission(1, 0);
        for (int millis : new int[] {20_000, 3000}) {
            for (int i = 0; i < 200; i++) {
                Place stay = enter(admission, "past");
                clock.advanceTimeBy(Duration.ofMillis(millis));
                stay.leave();
            }
        }
        enter(admission, "present");

        assertThatExceptionOfType(OverloadedException.class)
                .isThrownBy(() -> admission.enter("tenant", null))
                .satisfies(it -> assertThat(it.retryAfterSeconds()).isBetween(3, 4));
    }

    @Test
    void who_leaves_while_waiting_is_passed_over() {
        Admission admission = admission(1, 2);
        Place first = enter(admission, "first");
        enter(admission, "second").leave();
        enter(admission, "third");
        assertThat(admission.waiting()).isOne();

        first.leave();

        assertThat(order).containsExactly("first", "third");
    }

    @Test
    void leaving_twice_makes_way_for_one() {
        Admission admission = admission(1, 2);
        Place first = enter(admission, "first");
        enter(admission, "second");
        enter(admission, "third");

        first.leave();
        first.leave();

        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void nobody_waits_beyond_the_deadline() {
        Admission admission = admission(1, 1);
        enter(admission, "first");
        Place second = enter(admission, "second");

        clock.advanceTimeBy(LONG.minusMillis(1));
        assertThat(refused).isEmpty();
        clock.advanceTimeBy(Duration.ofMillis(1));

        assertThat(refused).hasOnlyElementsOfType(QueueDeadlineException.class).hasSize(1);
        assertThat(second.isLate()).isFalse(); // by its own measure
        assertThat(rejects("queue_deadline")).isOne();
    }

    @Test
    void nobody_waits_beyond_a_deadline_of_its_own() {
        Admission admission = admission(1, 2);
        enter(admission, "first");
        Place hurried = enter(admission, "hurried", Duration.ofMillis(500));
        enter(admission, "patient", LONG.plusSeconds(1));

        clock.advanceTimeBy(Duration.ofMillis(499));
        assertThat(hurried.isLate()).isFalse();
        clock.advanceTimeBy(Duration.ofMillis(1));

        assertThat(hurried.isLate()).isTrue();
        assertThat(refused).hasOnlyElementsOfType(DeadlineExceededException.class).hasSize(1);
        assertThat(rejects("request_deadline")).isOne();

        clock.advanceTimeBy(LONG);
        assertThat(refused).last().isInstanceOf(QueueDeadlineException.class);
    }

    @Test
    void a_deadline_counts_from_the_arrival() {
        Admission admission = admission(1, 1);
        enter(admission, "first");
        Place late = admission.enter("tenant", Duration.ofMillis(500));
        clock.advanceTimeBy(Duration.ofMillis(600));

        late.turn().subscribe(_ -> {}, refused::add);

        assertThat(refused).hasOnlyElementsOfType(DeadlineExceededException.class).hasSize(1);
    }

    @Test
    void a_deadline_runs_on_after_the_turn_has_come() {
        Place place = enter(admission(1, 0), "only", Duration.ofMillis(500));

        clock.advanceTimeBy(Duration.ofMillis(500));

        assertThat(order).containsExactly("only");
        assertThat(place.isLate()).isTrue();
        assertThat(refused).isEmpty();
    }

    @Test
    void the_wait_of_those_who_come_in_is_measured() {
        Admission admission = admission(1, 2);
        Place first = enter(admission, "first");
        enter(admission, "second");
        enter(admission, "third");

        clock.advanceTimeBy(Duration.ofSeconds(3));
        first.leave();

        var wait = meters.get("inference.queue.wait").timer();
        assertThat(wait.count()).isEqualTo(2);
        assertThat(wait.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(3000);
    }

    private Admission admission(int places, int queueLimit) {
        return new Admission(places, queueLimit, LONG, clock, meters);
    }

    private double rejects(String reason) {
        return meters.get("inference.queue.rejects").tag("reason", reason).counter().count();
    }

    private Place enter(Admission admission, String name) {
        return enter(admission, name, null);
    }

    private Place enter(Admission admission, String name, Duration deadline) {
        Place place = admission.enter("tenant", deadline);
        place.turn().subscribe(_ -> {}, refused::add, () -> order.add(name));
        return place;
    }
}
