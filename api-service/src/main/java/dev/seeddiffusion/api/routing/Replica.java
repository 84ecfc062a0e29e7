package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.TokenizedText;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.timelimiter.TimeLimiterOperator;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.EOFException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One inference-service, what guards it and what is known of its state. Thread-safe. */
final class Replica {

    private static final Logger log = LoggerFactory.getLogger(Replica.class);
    private static final int BREAKER_WINDOW_CALLS = 20;
    private static final int BREAKER_TRIAL_CALLS = 2;
    private static final int LATE_ANSWERS_OF_THE_DEAD = 3;

    private final URI uri;
    private final WebClient http;
    private final RoutingProperties.Routing settings;
    private final CircuitBreaker breaker;
    private final Bulkhead bulkhead;
    private final TimeLimiter limiter;
    private final MeterRegistry meters;
    private final List<Meter> gauges;
    private volatile @Nullable ModelDescription model;
    private volatile int lateAnswers;

    /**
     * @param http for requests to any replica
     */
    Replica(URI uri, WebClient http, RoutingProperties.Routing settings, MeterRegistry meters) {
        this.uri = uri;
        this.http = http.mutate().baseUrl(uri.toString()).build();
        this.settings = settings;
        this.meters = meters;
        String name = uri.toString();
        this.breaker = CircuitBreaker.of(name, breakerConfig(settings));
        this.bulkhead = Bulkhead.of(name, bulkheadConfig(settings));
        this.limiter =
                TimeLimiter.of(
                        name,
                        TimeLimiterConfig.custom()
                                .timeoutDuration(settings.eventDeadline())
                                .build());
        this.breaker
                .getEventPublisher()
                .onStateTransition(
                        event ->
                                log.info(
                                        "The circuit breaker of replica {} is {} now.",
                                        uri,
                                        event.getStateTransition().getToState()));
        this.gauges =
                List.of(
                        Gauge.builder("api.replica.in_flight", this, Replica::inFlight)
                                .description(
                                        "Generations that the replica works on for this service")
                                .tag("replica", name)
                                .register(meters),
                        Gauge.builder("api.replica.up", this, it -> it.model() == null ? 0 : 1)
                                .description(
                                        "Whether the replica answered when it was last asked for"
                                                + " its model")
                                .tag("replica", name)
                                .register(meters));
    }

    /** Is no replica any more. */
    void forget() {
        gauges.forEach(meters::remove);
    }

    URI uri() {
        return uri;
    }

    /** Generations that it works on for this service. */
    int inFlight() {
        return settings.maxRequestsPerReplica()
                - bulkhead.getMetrics().getAvailableConcurrentCalls();
    }

    /** What it serves; null while it does not answer. */
    @Nullable ModelDescription model() {
        return model;
    }

    /**
     * Its events, complete; an error if it cannot be reached, is left alone for its failures, has
     * all the requests that it may have, says nothing in time, or goes away in the middle.
     */
    Flux<GenerationEvent> generate(GenerationRequest request) {
        return events(request)
                .transformDeferred(CircuitBreakerOperator.of(breaker))
                .transformDeferred(BulkheadOperator.of(bulkhead));
    }

    /** Asks what it serves; never an error, since not answering is an answer. */
    Mono<Void> refresh() {
        return http.get()
                .uri("/model")
                .accept(MediaType.APPLICATION_JSON)
                .retrieve()
                .bodyToMono(ModelDescription.class)
                .timeout(settings.refreshDeadline())
                .doOnNext(this::up)
                .doOnError(this::down)
                .onErrorComplete()
                .then();
    }

    /** Asks it for what is missing of a text and its tokens. */
    Mono<TokenizedText> tokens(String path, TokenizedText asked) {
        return http.post()
                .uri(path)
                .bodyValue(asked)
                .retrieve()
                .bodyToMono(TokenizedText.class)
                .timeout(settings.eventDeadline());
    }

    private Flux<GenerationEvent> events(GenerationRequest request) {
        return Flux.defer(
                () -> {
                    AtomicReference<@Nullable GenerationEvent> last = new AtomicReference<>();
                    return http.post()
                            .uri("/generations")
                            .contentType(MediaType.APPLICATION_JSON)
                            .accept(MediaType.APPLICATION_NDJSON)
                            .bodyValue(request)
                            .retrieve()
                            .bodyToFlux(GenerationEvent.class)
                            .doOnNext(last::set)
                            .concatWith(Mono.defer(() -> requireEnd(last.get())))
                            .transformDeferred(TimeLimiterOperator.of(limiter))
                            .onErrorMap(
                                    TimeoutException.class,
                                    late -> last.get() == null ? late : new StalledException());
                });
    }

    private static Mono<GenerationEvent> requireEnd(@Nullable GenerationEvent last) {
        return last instanceof Finished || last instanceof Failed
                ? Mono.empty()
                : Mono.error(new EOFException("The events ended before the generation did."));
    }

    private void up(ModelDescription answer) {
        if (model == null) {
            breaker.reset(); // what failed before it went down says nothing of it now
            log.info("Replica {} serves {}.", uri, answer.id());
        }
        model = answer;
        lateAnswers = 0;
    }

    private void down(Throwable error) {
        if (error instanceof TimeoutException && ++lateAnswers < LATE_ANSWERS_OF_THE_DEAD) {
            return;
        }
        if (model != null) {
            log.warn("Replica {} does not answer any more: {}", uri, error.toString());
        }
        model = null;
    }

    private static CircuitBreakerConfig breakerConfig(RoutingProperties.Routing settings) {
        return CircuitBreakerConfig.custom()
                .slidingWindowSize(BREAKER_WINDOW_CALLS)
                .minimumNumberOfCalls(settings.breakerMinimumCalls())
                .waitDurationInOpenState(settings.breakerOpenFor())
                .permittedNumberOfCallsInHalfOpenState(BREAKER_TRIAL_CALLS)
                .ignoreException(Replica::saysNothingOfIt)
                .build();
    }

    /** It refused a request, or let no event through: perhaps since the client does not read. */
    private static boolean saysNothingOfIt(Throwable error) {
        return error instanceof StalledException
                || error instanceof WebClientResponseException refused
                        && refused.getStatusCode().is4xxClientError();
    }

    private static BulkheadConfig bulkheadConfig(RoutingProperties.Routing settings) {
        return BulkheadConfig.custom()
                .maxConcurrentCalls(settings.maxRequestsPerReplica())
                .maxWaitDuration(Duration.ZERO)
                .build();
    }
}
