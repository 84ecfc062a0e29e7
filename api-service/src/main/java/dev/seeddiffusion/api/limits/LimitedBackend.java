package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.api.audit.Consumption;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.limits.LimitProperties.Limited;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Stands in front of the backend, for every endpoint: caps what is asked for, counts the streams,
 * and charges the tokens, those of a cancelled generation too.
 */
final class LimitedBackend implements GenerationBackend {

    /** A place is free as soon as any stream ends, and nobody knows when that is. */
    private static final int RETRY_SECONDS = 1;

    private final GenerationBackend backend;
    private final LimitProperties properties;
    private final LimitState state;

    LimitedBackend(GenerationBackend backend, LimitProperties properties, LimitState state) {
        this.backend = backend;
        this.properties = properties;
        this.state = state;
    }

    @Override
    public Mono<ModelDescription> model() {
        return backend.model();
    }

    @Override
    public Flux<GenerationEvent> generate(GenerationRequest request) {
        return Flux.deferContextual(context -> generate(request, context));
    }

    @Override
    public Mono<List<Integer>> tokenize(String text) {
        return backend.tokenize(text);
    }

    @Override
    public Mono<String> detokenize(List<Integer> tokens) {
        return backend.detokenize(tokens);
    }

    private Flux<GenerationEvent> generate(GenerationRequest request, ContextView context) {
        Caller caller = Caller.of(context);
        if (!request.tenant().equals(caller.tenant())) {
            throw new IllegalStateException(
                    "An endpoint asks for another tenant than its caller's: take it from Caller.");
        }
        List<Limited> limited = properties.of(caller);
        GenerationRequest capped = Caps.apply(request, limited);
        Meter meter = new Meter();
        Consumption consumption = Consumption.of(context);
        String holder = UUID.randomUUID().toString();
        return Flux.usingWhen(
                Mono.just(holder),
                _ ->
                        occupy(limited, holder)
                                .thenMany(backend.generate(capped).doOnNext(meter::see))
                                .doOnError(meter::see),
                _ -> {
                    consumption.add(meter.usage(), meter.ending());
                    return charge(limited, meter).then(vacate(limited, holder));
                });
    }

    /** A place among the streams of each that has a limit. */
    private Mono<Void> occupy(List<Limited> limited, String holder) {
        return Flux.fromIterable(limited)
                .filter(it -> it.limits().concurrentStreams() != null)
                .concatMap(
                        it ->
                                state.occupy(it.id(), it.limits().concurrentStreams(), holder)
                                        .filter(taken -> taken)
                                        .switchIfEmpty(Mono.error(() -> full(it))))
                .then();
    }

    private Mono<Void> vacate(List<Limited> limited, String holder) {
        return Flux.fromIterable(limited)
                .filter(it -> it.limits().concurrentStreams() != null)
                .flatMap(it -> state.vacate(it.id(), holder))
                .then();
    }

    private Mono<Void> charge(List<Limited> limited, Meter meter) {
        long tokens = meter.usage().promptTokens() + meter.usage().completionTokens();
        return tokens == 0
                ? Mono.empty()
                : Flux.fromIterable(Budget.tokens(limited))
                        .flatMap(budget -> state.charge(budget, tokens))
                        .then();
    }

    private static ApiException full(Limited limited) {
        return ApiException.rateLimited(
                "All %d streams that may run at the same time do: end one, or retry after %d s."
                        .formatted(limited.limits().concurrentStreams(), RETRY_SECONDS),
                RETRY_SECONDS);
    }
}
