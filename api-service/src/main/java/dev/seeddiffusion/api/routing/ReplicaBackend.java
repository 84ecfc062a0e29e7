package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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

    /** What the first replica that is up serves; an {@link ApiException} while none is. */
    @Override
    public Mono<ModelDescription> model() {
        return Mono.defer(() -> Mono.justOrEmpty(replicas.model()))
                .switchIfEmpty(Mono.error(() -> ApiException.of(replicas.noneAnswers())));
    }
}
