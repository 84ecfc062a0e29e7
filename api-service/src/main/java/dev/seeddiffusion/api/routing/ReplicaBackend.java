package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.TokenizedText;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All replicas as one backend. */
final class ReplicaBackend implements GenerationBackend {

    private final Replicas replicas;
    private final RoutingProperties.Routing settings;
    private final Counter resumes;

    ReplicaBackend(Replicas replicas, RoutingProperties.Routing settings, MeterRegistry meters) {
        this.replicas = replicas;
        this.settings = settings;
        this.resumes =
                Counter.builder("api.replica.resumes")
                        .description("Streams that went on from the middle")
                        .register(meters);
    }

    @Override
    public Flux<GenerationEvent> generate(GenerationRequest request) {
        return Flux.defer(() -> new ResumableStream(request, replicas, settings, resumes).events());
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
        return Mono.defer(() -> Mono.justOrEmpty(replicas.first()))
                .switchIfEmpty(Mono.error(() -> ApiException.of(replicas.noneAnswers())))
                .flatMap(replica -> replica.tokens(path, asked))
                .onErrorMap(
                        error -> !(error instanceof ApiException),
                        _ -> ApiException.of(replicas.noneAnswers()));
    }

    /** What the first replica that is up serves; an {@link ApiException} while none is. */
    @Override
    public Mono<ModelDescription> model() {
        return Mono.defer(() -> Mono.justOrEmpty(replicas.first().map(Replica::model)))
                .switchIfEmpty(Mono.error(() -> ApiException.of(replicas.noneAnswers())));
    }
}
