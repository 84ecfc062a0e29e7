package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.diffusion.chat.ChatMessage;
import dev.seeddiffusion.diffusion.chat.ChatTemplate;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import org.jspecify.annotations.Nullable;

/** Turns what is asked into what the model reads. Thread-safe. */
final class PromptReader {

    private final Sampler sampler;
    private final @Nullable ChatTemplate template;

    /**
     * @param template of a model that was taught to converse; null for others
     */
    PromptReader(Sampler sampler, @Nullable ChatTemplate template) {
        this.sampler = sampler;
        this.template = template;
    }

    /**
     * @throws IllegalArgumentException if the model cannot be asked so; the message says why
     */
    Prompt read(GenerationRequest request) {
        if (request.messages() != null && template != null) {
            return sampler.prompt(
                    template.encode(
                            sampler.tokenizer(),
                            request.messages().stream()
                                    .map(it -> new ChatMessage(it.role(), it.content()))
                                    .toList()));
        }
        if (request.suffix() == null) {
            return sampler.prompt(request.prompt()).toBeEdited(Sampling.edit(request.edit()));
        }
        if (request.edit() != null) {
            throw new IllegalArgumentException(
                    "A suffix is for a hole, but an edit was asked for: leave one out.");
        }
        return sampler.prompt(request.prompt(), request.suffix());
    }
}
