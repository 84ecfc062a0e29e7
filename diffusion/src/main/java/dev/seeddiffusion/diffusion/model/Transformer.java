package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;

/**
 * The model as sampling sees it: one forward that serves every mode.
 *
 * <p>Clean tokens attend causally, so their keys and values depend on nothing but the tokens before
 * them; the canvas attends to all clean tokens and, both ways, to itself (ALGORITHMS, the model).
 * Not thread-safe: one thread a device.
 */
public interface Transformer extends AutoCloseable {

    ModelConfig config();

    /**
     * @param capacityTokens most tokens, a canvas included, that will be in it at once
     * @throws IllegalArgumentException if that is more than the model's context
     */
    KvCache newCache(int capacityTokens);

    /**
     * Appends {@code clean} to the cache and looks at {@code canvas} after it. Prefill, a denoising
     * step, the commit of a block together with the first step of the next, and an autoregressive
     * step are all this call.
     *
     * @param cache gains the keys and values of {@code clean}, in order; none of {@code canvas}
     * @param clean token ids that never change again, may be empty
     * @param canvas token ids, masks included, may be empty
     * @param firstRow logits are wanted from this row of {@code clean ‖ canvas} on. Row i of clean
     *     predicts the token after it; row i of canvas predicts its own position
     * @return logits of the rows from {@code firstRow}; the caller closes them
     * @throws IllegalArgumentException if there is nothing to look at, or no room in the cache
     */
    Logits forward(KvCache cache, int[] clean, int[] canvas, int firstRow);

    /** As {@link #forward(KvCache, int[], int[], int)}. */
    default Logits forward(Forward asked) {
        return forward(asked.cache(), asked.clean(), asked.canvas(), asked.firstRow());
    }

    @Override
    void close();
}
