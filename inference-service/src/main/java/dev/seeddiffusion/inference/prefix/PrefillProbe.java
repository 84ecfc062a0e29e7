package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.diffusion.sampling.Generation.PROMPT_PIECE_TOKENS;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.inference.model.ModelHost;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Measures how fast the model reads prompts before the first one comes, and has what a fetched
 * prefix goes through done before: code that runs for the first time takes as long as computing.
 */
final class PrefillProbe {

    private static final int PIECES = 8;
    private static final int ROUNDS = 8;

    private PrefillProbe() {}

    /** On the model's device thread. */
    static void measure(ModelHost host, ChunkFormat format, FetchOrCompute rates) {
        Sampler sampler = host.sampler();
        SamplingSettings settings = SamplingSettings.of(1, sampler.denoising());
        int pieces = Math.min(PIECES, (host.config().contextTokens() - 2) / PROMPT_PIECE_TOKENS);
        int[] tokens = new int[pieces * PROMPT_PIECE_TOKENS + 1];
        Arrays.fill(tokens, host.config().documentEnd());
        Prompt prompt = new Prompt(tokens, new byte[0]);
        try (Generation generation =
                sampler.start(prompt, settings, sampler.cacheFor(prompt, settings))) {
            for (int i = 0; i < pieces; i++) {
                long start = System.nanoTime();
                generation.step();
                if (i == pieces - 1) { // the others load code
                    rates.computed(PROMPT_PIECE_TOKENS, System.nanoTime() - start);
                }
            }
            for (int i = 0; i < ROUNDS && pieces > 0; i++) {
                try (KvCache copy = sampler.cacheFor(prompt, settings)) {
                    move(generation.cache(), copy, format, pieces);
                }
            }
        }
    }

    private static void move(KvCache from, KvCache to, ChunkFormat format, int pieces) {
        ChunkKey key = ChunkKey.root(List.of());
        for (int i = 0; i < pieces; i++) {
            ByteBuffer chunk = from.read(i * PROMPT_PIECE_TOKENS, PROMPT_PIECE_TOKENS);
            to.append(format.decode(key, format.encode(key, chunk)), PROMPT_PIECE_TOKENS);
        }
    }
}
