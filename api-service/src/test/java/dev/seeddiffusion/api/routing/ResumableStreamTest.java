package dev.seeddiffusion.api.routing;

import static dev.seeddiffusion.api.routing.TestRouting.PATIENCE;
import static dev.seeddiffusion.api.routing.TestRouting.REQUEST;
import static dev.seeddiffusion.api.routing.TestRouting.eventually;
import static dev.seeddiffusion.api.routing.TestRouting.requestFor;
import static dev.seeddiffusion.api.routing.TestRouting.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Resume;
import dev.seeddiffusion.common.generation.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

class ResumableStreamTest {

    /** One token before the output, and text that is held back until the end. */
    private static final List<GenerationEvent> WHOLE =
            List.of(
                    new Started("r1", 12, 8),
                    new Committed(-1, List.of(token(5, 0), token(6, 1)), "a"),
                    new Committed(1, List.of(token(7, 2)), "b"),
                    new Committed(2, List.of(token(8, 3), token(9, 3)), ""),
                    new Committed(4, List.of(), "c"),
                    new Finished(FinishReason.STOP, new Usage(12, 8, 4, 3, 3)));

    private static final Failed DRAINED =
            new Failed(ErrorCode.UNAVAILABLE, "The replica is shutting down.", true);

    private final TestRouting routing = new TestRouting();
    private final FakeReplica one = routing.replica();
    private final FakeReplica other = routing.replica();

    @AfterEach
    void stop() {
        routing.close();
    }

    @ParameterizedTest(name = "after {0} events")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void a_stream_goes_on_where_it_broke_off(int events) {
        one.breaksOffAfter(Flux.fromIterable(WHOLE.subList(0, events)));
        other.continues(WHOLE);

        requireWhole(settings(), events);
    }

    @ParameterizedTest(name = "after {0} events")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void a_stream_goes_on_where_a_replica_drained(int events) {
        one.answersWith(Flux.fromIterable(WHOLE.subList(0, events)).concatWithValues(DRAINED));
        other.continues(WHOLE);

        requireWhole(settings(), events);
    }

    @ParameterizedTest(name = "after {0} events")
    @ValueSource(ints = {1, 4})
    void a_stream_goes_on_where_a_replica_fell_silent(int events) {
        one.answersWith(Flux.fromIterable(WHOLE.subList(0, events)).concatWith(Flux.never()));
        other.continues(WHOLE);

        requireWhole(settings().eventDeadline(Duration.ofSeconds(2)), events);
        eventually(() -> one.cancellations() == 1);
    }

    private void requireWhole(TestRouting.Settings settings, int events) {
        GenerationRequest request = requestFor(one, other);

        assertThat(events(routing.backend(settings, one, other), request)).isEqualTo(WHOLE);

        List<Integer> tokens =
                WHOLE.subList(0, events).stream()
                        .filter(Committed.class::isInstance)
                        .flatMap(event -> ((Committed) event).tokens().stream())
                        .map(PlacedToken::id)
                        .toList();
        int steps = List.of(0, 0, 1, 2, 3, 3).get(events);
        assertThat(one.lastRequest().resume()).isNull();
        assertThat(other.lastRequest())
                .isEqualTo(
                        request.resumed(
                                tokens.isEmpty() ? null : new Resume(tokens, steps),
                                FakeGenerationBackend.MODEL,
                                null));
        assertThat(routing.meters.counter("api.replica.resumes").count()).isOne();
    }

    @ParameterizedTest(name = "after {0} events")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void what_is_deterministic_is_written_again_and_goes_on_from_what_the_client_has(int events) {
        List<GenerationEvent> whole = FakeGenerationBackend.twoBlocks();
        one.serves(FakeGenerationBackend.DETERMINISTIC);
        other.serves(FakeGenerationBackend.DETERMINISTIC);
        one.breaksOffAfter(Flux.fromIterable(whole.subList(0, events)));
        other.continues(whole);

        assertThat(events(routing.backend(settings(), one, other), requestFor(one, other)))
                .isEqualTo(whole);
        assertThat(other.lastRequest().resume()).isNull();
    }

    @Test
    void what_is_deterministic_does_not_go_on_where_it_would_not_be() {
        GenerationRequest request = requestFor(one, other);
        one.serves(FakeGenerationBackend.DETERMINISTIC);
        one.breaksOffAfter(Flux.fromIterable(WHOLE.subList(0, 3)));

        List<GenerationEvent> events =
                events(
                        routing.backend(settings().resumes(5, Duration.ofMillis(1)), one, other),
                        request);

        assertThat(events.getLast()).isInstanceOf(Failed.class);
        assertThat(other.requests()).isZero();
    }

    @Test
    void a_stream_goes_on_in_the_way_it_was_begun_in() {
        one.breaksOffAfter(Flux.fromIterable(WHOLE.subList(0, 2)));
        other.continues(WHOLE);

        events(routing.backend(settings(), one, other), requestFor(one, other));

        assertThat(one.lastRequest().blockTokens()).isNull();
        assertThat(other.lastRequest().blockTokens())
                .isEqualTo(FakeGenerationBackend.MODEL.blockTokens());
        assertThat(other.lastRequest().threshold())
                .isEqualTo(FakeGenerationBackend.MODEL.threshold());
    }

    @Test
    void a_stream_breaks_off_again_and_again_and_still_is_whole() {
        one.continues(WHOLE, 3);
        other.continues(WHOLE, 3);

        assertThat(events(routing.backend(settings(), one, other), REQUEST)).isEqualTo(WHOLE);
        assertThat(routing.meters.counter("api.replica.resumes").count()).isEqualTo(2);
    }

    @Test
    void the_only_replica_is_waited_for_while_it_starts_again() {
        one.answersWith(Flux.fromIterable(WHOLE.subList(0, 3)).concatWith(Flux.never()));
        List<GenerationEvent> events = new CopyOnWriteArrayList<>();
        routing.backend(settings(), one).generate(REQUEST).subscribe(events::add);
        eventually(() -> events.size() == 3);

        one.stop();
        eventually(() -> routing.meters.get("api.replica.up").gauge().value() == 0);
        one.continues(WHOLE);
        one.startAgain();

        eventually(() -> events.size() == WHOLE.size());
        assertThat(events).isEqualTo(WHOLE);
    }

    @Test
    void a_request_that_waited_at_a_replica_that_drains_is_offered_to_all_anew() {
        Sinks.Many<GenerationEvent> queue = Sinks.many().unicast().onBackpressureBuffer();
        one.answersWithStatus(503);
        other.answersWith(queue.asFlux());
        List<GenerationEvent> events = new CopyOnWriteArrayList<>();
        routing.backend(settings(), one, other)
                .generate(requestFor(one, other))
                .subscribe(events::add);
        eventually(() -> other.requests() == 1);

        one.continues(WHOLE);
        queue.tryEmitNext(DRAINED);
        queue.tryEmitComplete();

        eventually(() -> events.size() == WHOLE.size());
        assertThat(events).isEqualTo(WHOLE);
    }

    @Test
    void a_stream_that_finds_no_replica_in_time_ends_with_a_failure() {
        one.answersWith(Flux.fromIterable(WHOLE.subList(0, 3)).concatWith(Flux.never()));
        List<GenerationEvent> events = new CopyOnWriteArrayList<>();
        routing.backend(settings().resumes(5, Duration.ofMillis(1)), one)
                .generate(REQUEST)
                .subscribe(events::add);
        eventually(() -> events.size() == 3);

        one.stop();

        eventually(() -> events.size() == 4);
        assertThat(((Failed) events.getLast()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void a_request_that_breaks_every_replica_is_given_up() {
        FakeReplica third = routing.replica();
        for (FakeReplica replica : List.of(one, other, third)) {
            replica.breaksOffAfter(Flux.just(WHOLE.getFirst()));
        }
        ReplicaBackend backend =
                routing.backend(settings().resumes(1, PATIENCE), one, other, third);

        List<GenerationEvent> events = events(backend, REQUEST);

        assertThat(events).hasSize(2);
        assertThat(((Failed) events.getLast()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(one.requests() + other.requests() + third.requests()).isEqualTo(2);
    }

    @Test
    void a_replica_that_begins_anew_is_not_listened_to() {
        one.breaksOffAfter(Flux.fromIterable(WHOLE.subList(0, 3)));
        other.answersWith(Flux.fromIterable(WHOLE));

        List<GenerationEvent> events =
                events(routing.backend(settings(), one, other), requestFor(one, other));

        assertThat(events.subList(0, 3)).isEqualTo(WHOLE.subList(0, 3));
        assertThat(events).hasSize(4);
        assertThat(((Failed) events.getLast()).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void what_was_found_in_a_cache_to_resume_is_not_counted() {
        one.breaksOffAfter(Flux.just(new Started("r1", 12, 0)));
        other.continues(WHOLE);

        List<GenerationEvent> events =
                events(routing.backend(settings(), one, other), requestFor(one, other));

        assertThat(((Finished) events.getLast()).usage().cachedTokens()).isZero();
    }

    @Test
    void a_resumed_request_has_what_is_left_of_its_time() {
        GenerationRequest request =
                requestFor(one, other).resumed(null, FakeGenerationBackend.MODEL, 60_000);
        one.breaksOffAfter(
                Flux.fromIterable(WHOLE.subList(0, 2)).delaySequence(Duration.ofMillis(50)));
        other.continues(WHOLE);

        events(routing.backend(settings(), one, other), request);

        assertThat(other.lastRequest().deadlineMillis()).isBetween(30_000, 59_950);
    }

    private static PlacedToken token(int id, int step) {
        return new PlacedToken(id, "x", step, 0.5f, 0);
    }

    private static List<GenerationEvent> events(ReplicaBackend backend, GenerationRequest request) {
        return backend.generate(request).collectList().blockOptional(PATIENCE).orElseThrow();
    }
}
