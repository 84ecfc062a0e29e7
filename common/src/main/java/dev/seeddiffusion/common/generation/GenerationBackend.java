package dev.seeddiffusion.common.generation;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whoever turns a request into text: a replica, or something that routes to replicas. */
public interface GenerationBackend {

    /**
     * @return the events of {@link GenerationEvent}, in its order; never an error signal for
     *     anything that {@code Failed} can say. Cancelling leaves the batch before its next step
     */
    Flux<GenerationEvent> generate(GenerationRequest request);

    /** The token ids of a text, as the model reads it in the middle of another. */
    Mono<List<Integer>> tokenize(String text);

    /** The text of token ids; empty if one of them is no token's. */
    Mono<String> detokenize(List<Integer> tokens);

    /** What this backend serves. */
    Mono<ModelDescription> model();
}
