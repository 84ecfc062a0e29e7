package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.TokenizedText;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends each request to the replica that has the fewest of them, those that are up before those
 * that do not seem to be. One that cannot be reached, or has no place left, passes a request on to
 * the next as long as it has not sent an event; each is tried once.
 */
final class ReplicaBackend implements GenerationBackend, InitializingBean, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(ReplicaBackend.class);

    private final List<Replica> replicas;
    private final Duration refreshInterval;
    private Disposable refreshing = Disposables.disposed();

    ReplicaBackend(List<Replica> replicas, Duration refreshInterval) {
        this.replicas = List.copyOf(replicas);
        this.refreshInterval = refreshInterval;
    }

    @Override
    public void afterPropertiesSet() {
        refreshing =
                Flux.interval(Duration.ZERO, refreshInterval)
                        .onBackpressureDrop()
                        .concatMap(_ -> Flux.fromIterable(replicas).flatMap(Replica::refresh), 1)
                        .subscribe();
    }

    @Override
    public void destroy() {
        refreshing.dispose();
    }

    @Override
    public Flux<GenerationEvent> generate(GenerationRequest request) {
        return Flux.defer(() -> tryInOrder(request, preferred().iterator(), noneLeft()));
    }

    @Override
    public Mono<List<Integer>> tokenize(String text) {
        return tokens("/tokenize", new TokenizedText(text, null)).mapNotNull(TokenizedText::tokens);
    }

    @Override
    public Mono<String> detokenize(List<Integer> tokens) {
        return tokens("/detokenize", new TokenizedText(null, tokens))
                .mapNotNull(TokenizedText::text);
    }

    private Mono<TokenizedText> tokens(String path, TokenizedText asked) {
        return Mono.defer(() -> preferred().getFirst().tokens(path, asked))
                .onErrorMap(_ -> ApiException.of(noneLeft()));
    }

    /** What the first replica that is up serves; an {@link ApiException} while none is. */
    @Override
    public Mono<ModelDescription> model() {
        return Mono.defer(
                () ->
                        Mono.justOrEmpty(
                                        replicas.stream()
                                                .map(Replica::model)
                                                .filter(Objects::nonNull)
                                                .findFirst())
                                .switchIfEmpty(Mono.error(() -> ApiException.of(noneLeft()))));
    }

    private Flux<GenerationEvent> tryInOrder(
            GenerationRequest request, Iterator<Replica> untried, Failed lastFailure) {
        if (!untried.hasNext()) {
            return Flux.just(lastFailure);
        }
        Replica replica = untried.next();
        return replica.generate(request)
                .onErrorResume(error -> Mono.just(failed(replica, request, error)))
                .switchOnFirst(
                        (first, events) ->
                                first.get() instanceof Failed failed && isWorthTheNext(failed)
                                        ? tryInOrder(request, untried, failed)
                                        : events);
    }

    private static boolean isWorthTheNext(Failed failed) {
        return failed.code() == ErrorCode.UNAVAILABLE || failed.code() == ErrorCode.OVERLOADED;
    }

    private List<Replica> preferred() {
        record Load(Replica replica, boolean down, int inFlight) {} // a sort wants values that stay
        return replicas.stream()
                .map(replica -> new Load(replica, replica.model() == null, replica.inFlight()))
                .sorted(Comparator.comparing(Load::down).thenComparing(Load::inFlight))
                .map(Load::replica)
                .toList();
    }

    private Failed noneLeft() {
        return new Failed(
                ErrorCode.UNAVAILABLE,
                "None of the %d replicas answers: try again in some seconds."
                        .formatted(replicas.size()),
                true);
    }

    /** The message names no replica: clients need not know them. The log does. */
    private static Failed failed(Replica replica, GenerationRequest request, Throwable error) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
        if (!(error instanceof CallNotPermittedException)) { // then it was not even asked
            log.warn(
                    "Replica {} failed request {}: {}",
                    replica.uri(),
                    request.requestId(),
                    // The message of any other error may quote what could not be read.
                    cause instanceof IOException ? cause.toString() : error.getClass().getName());
        }
        return switch (error) {
            case TimeoutException _ ->
                    new Failed(
                            ErrorCode.DEADLINE_EXCEEDED,
                            "The replica was silent for too long: try later, or ask for less.",
                            true);
            case CallNotPermittedException _ ->
                    unavailable("The replica is left alone after failures: try again later.");
            case WebClientRequestException _ ->
                    unavailable("The replica cannot be reached: try again.");
            case Throwable _ when cause instanceof IOException ->
                    unavailable("The replica went away before it was done: try again.");
            case WebClientResponseException refused
                    when refused.getStatusCode() == HttpStatus.TOO_MANY_REQUESTS ->
                    new Failed(ErrorCode.OVERLOADED, "The replica is full: try again later.", true);
            case WebClientResponseException refused
                    when refused.getStatusCode().is5xxServerError() ->
                    unavailable("The replica cannot serve at the moment: try again.");
            default ->
                    new Failed(
                            ErrorCode.INTERNAL,
                            "The replica's answer was not understood; the log says more.",
                            false);
        };
    }

    private static Failed unavailable(String message) {
        return new Failed(ErrorCode.UNAVAILABLE, message, true);
    }
}
