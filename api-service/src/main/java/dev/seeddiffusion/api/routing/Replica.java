package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.TokenizedText;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import java.io.EOFException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One inference-service, its circuit breaker and what is known of its state. Thread-safe. */
final class Replica {

    private static final Logger log = LoggerFactory.getLogger(Replica.class);
    private static final int BREAKER_WINDOW_CALLS = 20;
    private static final int BREAKER_TRIAL_CALLS = 2;

    private final URI uri;
    private final WebClient http;
    private final RoutingProperties.Routing settings;
    private final CircuitBreaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable ModelDescription model;

    /**
     * @param http sends to {@code uri}
     */
    Replica(URI uri, WebClient http, RoutingProperties.Routing settings) {
        this.uri = uri;
        this.http = http;
        this.settings = settings;
        this.breaker = CircuitBreaker.of(uri.toString(), breakerConfig(settings));
        this.breaker
                .getEventPublisher()
                .onStateTransition(
                        event ->
                                log.info(
                                        "The circuit breaker of replica {} is {} now.",
                                        uri,
                                        event.getStateTransition().getToState()));
    }

    URI uri() {
        return uri;
    }

    /** Generations that it works on for this service. */
    int inFlight() {
        return inFlight.get();
    }

    /** What it serves; null while it does not answer. */
    @Nullable ModelDescription model() {
        return model;
    }

    /**
     * Its events, complete; an error if it cannot be reached, is left alone for its failures, says
     * nothing in time, or goes away in the middle.
     */
    Flux<GenerationEvent> generate(GenerationRequest request) {
        return Flux.defer(
                () -> {
                    if (inFlight.incrementAndGet() > settings.maxRequestsPerReplica()) {
                        inFlight.decrementAndGet();
                        return Flux.just(full());
                    }
                    return events(request)
                            .timeout(Mono.delay(settings.firstEventDeadline()))
                            .transformDeferred(CircuitBreakerOperator.of(breaker))
                            // After the breaker: nothing arrives either while the client does not
                            // read, and that is no fault of the replica.
                            .timeout(Mono.never(), _ -> Mono.delay(settings.idleDeadline()))
                            .doFinally(_ -> inFlight.decrementAndGet());
                });
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
                .timeout(settings.firstEventDeadline());
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
                            .concatWith(Mono.defer(() -> requireEnd(last.get())));
                });
    }

    private static Mono<GenerationEvent> requireEnd(@Nullable GenerationEvent last) {
        return last instanceof Finished || last instanceof Failed
                ? Mono.empty()
                : Mono.error(new EOFException("The events ended before the generation did."));
    }

    private Failed full() {
        return new Failed(
                ErrorCode.OVERLOADED,
                "The replica has all the %d requests that it may have: try again later."
                        .formatted(settings.maxRequestsPerReplica()),
                true);
    }

    private void up(ModelDescription answer) {
        if (model == null) {
            log.info("Replica {} serves {}.", uri, answer.id());
        }
        model = answer;
    }

    private void down(Throwable error) {
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
                // A request that a replica refuses says nothing about the replica.
                .ignoreException(
                        error ->
                                error instanceof WebClientResponseException refused
                                        && refused.getStatusCode().is4xxClientError())
                .build();
    }
}
