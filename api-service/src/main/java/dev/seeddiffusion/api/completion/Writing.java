package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.ModelDescription;
import reactor.core.publisher.Flux;

/** Whoever has the texts of a question written, on behalf of one caller. */
@FunctionalInterface
interface Writing {

    /**
     * @param requestId names the request in logs and metrics
     * @param served the model that writes
     * @return what happens to the texts; cancelling it cancels all of them
     * @throws dev.seeddiffusion.api.error.ApiException for what does not fit into this model
     */
    Flux<Part> parts(Question question, String requestId, ModelDescription served);
}
