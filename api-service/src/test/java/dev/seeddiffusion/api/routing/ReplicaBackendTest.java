package dev.seeddiffusion.api.routing;

import static dev.seeddiffusion.api.routing.TestRouting.PATIENCE;
import static dev.seeddiffusion.api.routing.TestRouting.REQUEST;
import static dev.seeddiffusion.api.routing.TestRouting.eventually;
import static dev.seeddiffusion.api.routing.TestRouting.requestFor;
import static dev.seeddiffusion.api.routing.TestRouting.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.http.HttpStatus;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class ReplicaBackendTest {

    private static final List<GenerationEvent> EVENTS = FakeGenerationBackend.twoBlocks();

    private final TestRouting routing = new TestRouting();

    @AfterEach
    void stop() {
        routing.close();
    }

    @Test
    void events_arrive_as_the_replica_sent_them() {
        ReplicaBackend backend = backendOf(replica());

        assertThat(events(backend)).isEqualTo(EVENTS);
    }

    @Test
    void an_event_arrives_before_the_next_one_is_made() {
        FakeReplica replica = replica();
        replica.answersWith(Flux.just(EVENTS.getFirst()).concatWith(Flux.never()));

        assertThat(backendOf(replica).generate(REQUEST).blockFirst(PATIENCE))
                .isEqualTo(EVENTS.getFirst());
    }

    @Test
    void equal_prompts_go_to_one_replica_until_it_has_a_quarter_more_than_its_share() {
        FakeReplica one = replica();
        FakeReplica other = replica();
        Stream.of(one, other)
                .forEach(
                        it ->
                                it.answersWith(
                                        Flux.just(EVENTS.getFirst()).concatWith(Flux.never())));
        ReplicaBackend backend = backendOf(one, other);

        List<Disposable> running =
                Stream.generate(() -> backend.generate(REQUEST).subscribe()).limit(20).toList();

        eventually(() -> one.requests() + other.requests() == 20);
        assertThat(Math.max(one.requests(), other.requests())).isEqualTo(13);
        running.forEach(Disposable::dispose);
    }

    @Test
    void a_replica_that_is_down_is_passed_over() {
        FakeReplica down = replica();
        FakeReplica up = replica();
        ReplicaBackend backend = backendOf(down, up);
        GenerationRequest request = requestFor(down, up);
        down.stop();

        for (int i = 0; i < 10; i++) {
            assertThat(events(backend, request)).isEqualTo(EVENTS);
        }
        assertThat(up.requests()).isEqualTo(10);
    }

    @Test
    void a_replica_that_comes_back_is_used_again() {
        FakeReplica replica = replica();
        ReplicaBackend backend = backend(givingUpEarly(), replica);
        replica.stop();
        assertThat(failure(backend).code()).isEqualTo(ErrorCode.UNAVAILABLE);

        replica.startAgain();

        eventually(() -> events(backend).getLast() instanceof Finished);
    }

    @Test
    void with_all_replicas_down_a_request_fails_and_may_be_sent_again() {
        FakeReplica one = replica();
        FakeReplica other = replica();
        ReplicaBackend backend = backend(givingUpEarly(), one, other);
        one.stop();
        other.stop();

        Failed failed = failure(backend);

        assertThat(failed.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failed.retryable()).isTrue();
    }

    @Test
    void a_full_replica_passes_a_request_on() {
        FakeReplica full = replica();
        FakeReplica free = replica();
        Failed overloaded = new Failed(ErrorCode.OVERLOADED, "Full: try again.", true, 7);
        full.answersWith(Flux.just(overloaded));
        ReplicaBackend backend = backendOf(full, free);
        GenerationRequest request = requestFor(full, free);

        assertThat(events(backend, request)).isEqualTo(EVENTS);

        free.answersWith(Flux.just(overloaded));
        assertThat(events(backend, request)).containsExactly(overloaded);
    }

    @Test
    void a_replica_is_asked_for_no_more_than_its_share_at_a_time() {
        FakeReplica replica = replica();
        replica.answersWith(Flux.never());
        ReplicaBackend backend = backend(settings().maxRequestsPerReplica(2), replica);
        Disposable first = backend.generate(REQUEST).subscribe();
        Disposable second = backend.generate(REQUEST).subscribe();

        assertThat(failure(backend).code()).isEqualTo(ErrorCode.OVERLOADED);

        first.dispose();
        replica.answersWith(Flux.fromIterable(EVENTS));
        assertThat(events(backend)).isEqualTo(EVENTS);
        second.dispose();
    }

    @Test
    void a_request_that_one_replica_refuses_is_not_sent_to_another() {
        FakeReplica one = replica();
        FakeReplica other = replica();
        Failed invalid = new Failed(ErrorCode.CONTEXT_LENGTH_EXCEEDED, "Too long.", false);
        one.answersWith(Flux.just(invalid));

        assertThat(events(backendOf(one, other), requestFor(one, other))).containsExactly(invalid);
        assertThat(other.requests()).isZero();
    }

    @Test
    void a_replica_that_dies_before_the_first_event_is_replaced() {
        FakeReplica dying = replica();
        FakeReplica other = replica();
        dying.breaksOffAfter(Flux.empty());

        assertThat(events(backendOf(dying, other), requestFor(dying, other))).isEqualTo(EVENTS);
    }

    @Test
    void a_replica_that_sends_nothing_is_waited_for_until_the_deadline() {
        FakeReplica silent = replica();
        FakeReplica other = replica();
        silent.answersWith(Flux.never());
        ReplicaBackend backend =
                backend(settings().eventDeadline(Duration.ofSeconds(1)), silent, other);

        List<GenerationEvent> events = events(backend, requestFor(silent, other));

        assertThat(((Failed) events.getLast()).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        eventually(() -> silent.cancellations() == 1);
    }

    @Test
    void cancelling_closes_the_connection_to_the_replica() {
        FakeReplica replica = replica();
        replica.answersWith(Flux.interval(Duration.ofMillis(20)).map(_ -> EVENTS.get(1)));
        ReplicaBackend backend = backendOf(replica);

        backend.generate(REQUEST).take(3).blockLast(PATIENCE);

        eventually(() -> replica.cancellations() == 1);
    }

    @Test
    void an_answer_that_is_not_understood_is_a_fault_of_ours() {
        FakeReplica replica = replica();
        ReplicaBackend backend = backendOf(replica);

        replica.answersWithLines(Flux.just("{\"event\":\"renamed\"}\n"));
        assertThat(failure(backend).code()).isEqualTo(ErrorCode.INTERNAL);
        replica.answersWithLines(Flux.just("no json\n"));
        assertThat(failure(backend).code()).isEqualTo(ErrorCode.INTERNAL);
        replica.answersWithStatus(400);
        assertThat(failure(backend).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void a_status_says_what_it_says_in_any_service() {
        FakeReplica replica = replica();
        ReplicaBackend backend = backendOf(replica);

        replica.answersWithStatus(503);
        assertThat(failure(backend).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        replica.answersWithStatus(429);
        assertThat(failure(backend).code()).isEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    void a_replica_that_keeps_failing_is_left_alone_for_a_while() {
        FakeReplica failing = replica();
        FakeReplica good = replica();
        failing.answersWithStatus(500);
        ReplicaBackend backend =
                backend(settings().breakerOpenFor(Duration.ofMillis(1500)), failing, good);
        GenerationRequest request = requestFor(failing, good);

        for (int i = 0; i < 20; i++) {
            assertThat(events(backend, request)).isEqualTo(EVENTS);
        }
        assertThat(failing.requests()).isEqualTo(5);

        failing.answersWith(Flux.fromIterable(EVENTS));
        eventually(
                () -> {
                    events(backend, request);
                    return failing.requests() > 10;
                });
    }

    @Test
    void a_replica_that_starts_again_is_not_left_alone_for_what_it_did_before() {
        FakeReplica replica = replica();
        ReplicaBackend backend = backend(settings().breakerOpenFor(Duration.ofHours(1)), replica);
        replica.answersWithStatus(500);
        for (int i = 0; i < 10; i++) {
            assertThat(failure(backend).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        }
        assertThat(replica.requests()).isEqualTo(5);

        replica.stop();
        eventually(() -> up() == 0);
        replica.answersWith(Flux.fromIterable(EVENTS));
        replica.startAgain();

        eventually(() -> events(backend).getLast() instanceof Finished);
    }

    @Test
    void a_client_that_does_not_read_is_not_held_against_the_replica() {
        FakeReplica replica = replica();
        GenerationEvent large =
                new Drafted(0, 1, "x".repeat(1000), 0, List.of(), List.of(), List.of());
        replica.answersWith(Flux.range(0, 50_000).map(_ -> large)); // more than sockets buffer
        ReplicaBackend backend = backend(settings().eventDeadline(Duration.ofSeconds(3)), replica);

        for (int i = 0; i < 10; i++) {
            List<GenerationEvent> read = new CopyOnWriteArrayList<>();
            backend.generate(REQUEST)
                    .subscribe(
                            new BaseSubscriber<>() {
                                @Override
                                protected void hookOnSubscribe(Subscription it) {
                                    it.request(1);
                                }

                                @Override
                                protected void hookOnNext(GenerationEvent event) {
                                    read.add(event);
                                }
                            });
            eventually(() -> read.size() == 1);
        }
        eventually(() -> replica.cancellations() == 10);

        replica.answersWith(Flux.fromIterable(EVENTS));
        assertThat(events(backend)).isEqualTo(EVENTS);
    }

    @Test
    void the_model_is_known_while_a_replica_is_up() {
        FakeReplica one = replica();
        FakeReplica other = replica();
        ReplicaBackend backend = backendOf(one, other);

        one.stop();
        assertThat(backend.model().block(PATIENCE)).isEqualTo(FakeGenerationBackend.MODEL);

        other.stop();
        eventually(() -> backend.model().onErrorComplete().block(PATIENCE) == null);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> backend.model().block(PATIENCE))
                .matches(error -> error.status() == HttpStatus.SERVICE_UNAVAILABLE);

        one.startAgain();
        eventually(() -> backend.model().onErrorComplete().block(PATIENCE) != null);
    }

    @Test
    void a_replica_that_is_slow_to_answer_is_down_only_if_that_goes_on() {
        FakeReplica replica = replica();
        backend(settings().refreshDeadline(Duration.ofMillis(700)), replica);

        replica.doesNotAnswer(1);
        eventually(
                () -> {
                    assertThat(up()).isEqualTo(1);
                    return replica.answersAgain();
                });

        replica.doesNotAnswer(Integer.MAX_VALUE);
        eventually(() -> up() == 0);
        replica.doesNotAnswer(0);
        eventually(() -> up() == 1);
    }

    private double up() {
        return routing.meters.get("api.replica.up").gauge().value();
    }

    private FakeReplica replica() {
        return routing.replica();
    }

    private ReplicaBackend backendOf(FakeReplica... behind) {
        return routing.backend(settings(), behind);
    }

    private ReplicaBackend backend(TestRouting.Settings settings, FakeReplica... behind) {
        return routing.backend(settings, behind);
    }

    private static List<GenerationEvent> events(ReplicaBackend backend) {
        return events(backend, REQUEST);
    }

    private static List<GenerationEvent> events(ReplicaBackend backend, GenerationRequest request) {
        return backend.generate(request).collectList().blockOptional(PATIENCE).orElseThrow();
    }

    /** A connection that breaks may have brought a request, which then looks for a replica. */
    private static TestRouting.Settings givingUpEarly() {
        return settings().resumes(5, Duration.ofSeconds(1));
    }

    private static Failed failure(ReplicaBackend backend) {
        return (Failed) events(backend).getLast();
    }
}
