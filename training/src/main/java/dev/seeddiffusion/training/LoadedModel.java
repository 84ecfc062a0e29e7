package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;

/**
 * A checkpoint, ready to write.
 *
 * @param model in bfloat16
 * @param denoising how its blocks are denoised
 */
record LoadedModel(Transformer model, CodeTokenizer tokenizer, Sampler sampler, Denoising denoising)
        implements AutoCloseable {

    int contextTokens() {
        return model.config().contextTokens();
    }

    /** Tokens that the context leaves for a prompt's output, at least 1. */
    int room(String prompt) {
        Prompt read = sampler.prompt(prompt);
        return Math.max(1, contextTokens() - read.mostTokens());
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
