package dev.seeddiffusion.common.generation;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whoever turns a request into text: a replica, or something that routes to replicas. */
public interface GenerationBackend {

    /**
     * @return the events of {@link GenerationEvent}, in its order; never an error signal for
     *     anything that {@code Failed} can say. Cancelling leaves the batch before its next step
     */
    Flux<GenerationEvent> generate(GenerationRequest request);

    /** What this backend serves. */
    Mono<ModelDescription> model();
}
