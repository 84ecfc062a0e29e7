package dev.seeddiffusion.api.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.http.HttpStatus;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class ReplicaBackendTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<GenerationEvent> EVENTS = FakeGenerationBackend.twoBlocks();
    private static final GenerationRequest REQUEST =
            new GenerationRequest(
                    "r1",
                    "tenant",
                    "def f():",
                    16,
                    0,
                    1,
                    7,
                    List.of(),
                    Decoding.DIFFUSION,
                    null,
                    null,
                    true,
                    null);

    private final List<FakeReplica> replicas = new ArrayList<>();
    private final List<ReplicaBackend> backends = new ArrayList<>();

    @AfterEach
    void stop() {
        backends.forEach(ReplicaBackend::destroy);
        replicas.forEach(FakeReplica::close);
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
    void requests_go_where_the_fewest_are() {
        FakeReplica one = replica();
        FakeReplica other = replica();
        Stream.of(one, other)
                .forEach(
                        it ->
                                it.answersWith(
                                        Flux.just(EVENTS.getFirst()).concatWith(Flux.never())));
        ReplicaBackend backend = backendOf(one, other);

        List<Disposable> running =
                Stream.generate(() -> backend.generate(REQUEST).subscribe()).limit(6).toList();

        eventually(() -> one.requests() + other.requests() == 6);
        assertThat(one.requests()).isEqualTo(3);
        running.forEach(Disposable::dispose);
    }

    @Test
    void a_replica_that_is_down_is_passed_over() {
        FakeReplica down = replica();
        FakeReplica up = replica();
        ReplicaBackend backend = backendOf(down, up);
        down.stop();

        for (int i = 0; i < 10; i++) {
            assertThat(events(backend)).isEqualTo(EVENTS);
        }
        assertThat(up.requests()).isEqualTo(10);
    }

    @Test
    void a_replica_that_comes_back_is_used_again() {
        FakeReplica replica = replica();
        ReplicaBackend backend = backendOf(replica);
        replica.stop();
        assertThat(failure(backend).code()).isEqualTo(ErrorCode.UNAVAILABLE);

        replica.startAgain();

        eventually(() -> events(backend).getLast() instanceof Finished);
    }

    @Test
    void with_all_replicas_down_a_request_fails_and_may_be_sent_again() {
        FakeReplica one = replica();
        FakeReplica other = replica();
        ReplicaBackend backend = backendOf(one, other);
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

        assertThat(events(backend)).isEqualTo(EVENTS);

        free.answersWith(Flux.just(overloaded));
        assertThat(events(backend)).containsExactly(overloaded);
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

        assertThat(events(backendOf(one, other))).containsExactly(invalid);
        assertThat(other.requests()).isZero();
    }

    @Test
    void a_replica_that_dies_in_the_middle_ends_the_stream_with_a_failure() {
        FakeReplica dying = replica();
        FakeReplica other = replica();
        dying.breaksOffAfter(Flux.fromIterable(EVENTS.subList(0, 3)));

        List<GenerationEvent> events = events(backendOf(dying, other));

        assertThat(events.subList(0, 3)).isEqualTo(EVENTS.subList(0, 3));
        assertThat(events).hasSize(4);
        assertThat(((Failed) events.getLast()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(other.requests()).isZero();
    }

    @Test
    void a_replica_that_dies_before_the_first_event_is_replaced() {
        FakeReplica dying = replica();
        dying.breaksOffAfter(Flux.empty());

        assertThat(events(backendOf(dying, replica()))).isEqualTo(EVENTS);
    }

    @Test
    void events_without_an_end_are_a_failure() {
        FakeReplica replica = replica();
        replica.answersWith(Flux.fromIterable(EVENTS.subList(0, 3)));

        List<GenerationEvent> events = events(backendOf(replica));

        assertThat(events).hasSize(4);
        assertThat(((Failed) events.getLast()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void a_replica_that_sends_nothing_is_waited_for_until_the_deadline() {
        FakeReplica silent = replica();
        silent.answersWith(Flux.never());
        ReplicaBackend backend =
                backend(settings().firstEventDeadline(Duration.ofMillis(200)), silent, replica());

        assertThat(failure(backend).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);

        eventually(() -> silent.cancellations() == 1);
    }

    @Test
    void a_replica_that_falls_silent_is_waited_for_until_the_deadline() {
        FakeReplica silent = replica();
        silent.answersWith(Flux.fromIterable(EVENTS.subList(0, 3)).concatWith(Flux.never()));
        ReplicaBackend backend = backend(settings().idleDeadline(Duration.ofMillis(200)), silent);

        List<GenerationEvent> events = events(backend);

        assertThat(events).hasSize(4);
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

        for (int i = 0; i < 20; i++) {
            assertThat(events(backend)).isEqualTo(EVENTS);
        }
        assertThat(failing.requests()).isEqualTo(5);

        failing.answersWith(Flux.fromIterable(EVENTS));
        eventually(
                () -> {
                    events(backend);
                    return failing.requests() > 10;
                });
    }

    @Test
    void a_client_that_does_not_read_is_not_held_against_the_replica() {
        FakeReplica replica = replica();
        GenerationEvent large = new Drafted(0, 1, "x".repeat(1000));
        replica.answersWith(Flux.range(0, 50_000).map(_ -> large)); // more than sockets buffer
        ReplicaBackend backend = backend(settings().idleDeadline(Duration.ofMillis(100)), replica);

        for (int i = 0; i < 10; i++) {
            List<GenerationEvent> read = new ArrayList<>();
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

    private FakeReplica replica() {
        FakeReplica replica = new FakeReplica();
        replicas.add(replica);
        return replica;
    }

    private ReplicaBackend backendOf(FakeReplica... behind) {
        return backend(settings(), behind);
    }

    /** Started, and past its first look at the replicas. */
    private ReplicaBackend backend(Settings settings, FakeReplica... behind) {
        RoutingProperties properties =
                new RoutingProperties(
                        Stream.of(behind).map(FakeReplica::uri).toList(), settings.build());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ReplicaBackend backend =
                new RoutingAutoConfiguration()
                        .replicaBackend(
                                properties, (request, next) -> next.exchange(request), meters);
        backend.afterPropertiesSet();
        backends.add(backend);
        eventually(
                () ->
                        meters.find("api.replica.up").gauges().stream()
                                .allMatch(up -> up.value() == 1));
        return backend;
    }

    private static List<GenerationEvent> events(ReplicaBackend backend) {
        return backend.generate(REQUEST).collectList().blockOptional(PATIENCE).orElseThrow();
    }

    private static Failed failure(ReplicaBackend backend) {
        return (Failed) events(backend).getLast();
    }

    private static void eventually(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("still not so").isBefore(deadline);
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Settings settings() {
        return new Settings();
    }

    /** Short waits, but none so short that a busy machine exceeds it by itself. */
    private static final class Settings {
        private Duration firstEventDeadline = PATIENCE;
        private Duration idleDeadline = PATIENCE;
        private Duration breakerOpenFor = Duration.ofMillis(200);
        private int maxRequestsPerReplica = 100;

        Settings firstEventDeadline(Duration deadline) {
            firstEventDeadline = deadline;
            return this;
        }

        Settings idleDeadline(Duration deadline) {
            idleDeadline = deadline;
            return this;
        }

        Settings breakerOpenFor(Duration time) {
            breakerOpenFor = time;
            return this;
        }

        Settings maxRequestsPerReplica(int requests) {
            maxRequestsPerReplica = requests;
            return this;
        }

        RoutingProperties.Routing build() {
            return new RoutingProperties.Routing(
                    Duration.ofSeconds(2),
                    firstEventDeadline,
                    idleDeadline,
                    Duration.ofMillis(100),
                    Duration.ofSeconds(2),
                    maxRequestsPerReplica,
                    5,
                    breakerOpenFor);
        }
    }
}
