package dev.seeddiffusion.inference.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.inference.scheduler.Admission.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AdmissionTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> order = new ArrayList<>();

    @Test
    void as_many_as_there_are_places_come_in_at_once() {
        Admission admission = new Admission(2, 2, LONG);

        enter(admission, "first");
        enter(admission, "second");
        enter(admission, "third");

        assertThat(order).containsExactly("first", "second");
        assertThat(admission.waiting()).isOne();
    }

    @Test
    void who_waits_comes_in_by_order_of_arrival() {
        Admission admission = new Admission(1, 3, LONG);
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
        Admission admission = new Admission(1, 1, LONG);
        Place first = enter(admission, "first");
        enter(admission, "second");

        assertThatThrownBy(admission::enter)
                .isInstanceOf(OverloadedException.class)
                .hasMessage(
                        "This replica is full (1 running, 1 waiting, limit 1): retry after 2 s.");

        first.leave();
        enter(admission, "third");
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void who_leaves_while_waiting_is_passed_over() {
        Admission admission = new Admission(1, 2, LONG);
        Place first = enter(admission, "first");
        enter(admission, "second").leave();
        enter(admission, "third");

        first.leave();

        assertThat(order).containsExactly("first", "third");
    }

    @Test
    void leaving_twice_makes_way_for_one() {
        Admission admission = new Admission(1, 2, LONG);
        Place first = enter(admission, "first");
        enter(admission, "second");
        enter(admission, "third");

        first.leave();
        first.leave();

        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void nobody_waits_beyond_the_deadline() {
        Admission admission = new Admission(1, 1, Duration.ofMillis(50));
        admission.enter();
        Mono<Void> turn = admission.enter().turn();

        assertThatThrownBy(() -> turn.block(LONG)).isInstanceOf(QueueDeadlineException.class);
    }

    private Place enter(Admission admission, String name) {
        Place place = admission.enter();
        place.turn().subscribe(_ -> {}, _ -> {}, () -> order.add(name));
        return place;
    }
}
