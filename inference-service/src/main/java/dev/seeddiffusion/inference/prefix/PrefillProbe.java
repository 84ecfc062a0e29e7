package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.diffusion.sampling.Generation.PROMPT_PIECE_TOKENS;

import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.inference.model.ModelHost;
import java.util.Arrays;

/** Measures how fast the model reads prompts before the first one comes. */
final class PrefillProbe {

    private static final int PIECES = 8;

    private PrefillProbe() {}

    /** On the model's device thread. */
    static void measure(ModelHost host, FetchOrCompute rates) {
        Sampler sampler = host.sampler();
        SamplingSettings settings = SamplingSettings.of(1, sampler.denoising());
        int pieces = Math.min(PIECES, (host.config().contextTokens() - 2) / PROMPT_PIECE_TOKENS);
        int[] tokens = new int[pieces * PROMPT_PIECE_TOKENS + 1];
        Arrays.fill(tokens, host.config().documentEnd());
        Prompt prompt = new Prompt(tokens, new byte[0]);
        try (Generation generation =
                sampler.start(prompt, settings, sampler.cacheFor(prompt, settings))) {
            long nanos = 0;
            for (int i = 0; i < pieces; i++) {
                long start = System.nanoTime();
                generation.step();
                nanos = System.nanoTime() - start; // the first pieces load code
            }
            if (pieces > 0) {
                rates.computed(PROMPT_PIECE_TOKENS, nanos);
            }
        }
    }
}
