package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.common.generation.GenerationBackend;
import org.springframework.stereotype.Component;

/** A chat model for each caller: nobody asks in nobody's name. */
@Component
public final class DiffusionChatModels {

    private final GenerationBackend backend;
    private final Generations generations;
    private final ChatObservation observation;

    DiffusionChatModels(
            GenerationBackend backend, Generations generations, ChatObservation observation) {
        this.backend = backend;
        this.generations = generations;
        this.observation = observation;
    }

    public DiffusionChatModel of(Caller caller) {
        return new DiffusionChatModel(backend, generations.of(caller), observation, caller);
    }
}
