package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import java.util.List;

/**
 * The model as sampling sees it: one forward that serves every mode and every family.
 *
 * <p>Clean tokens see to the end of their {@link AttentionBlocks block}; the canvas sees all clean
 * tokens and, both ways, itself (ALGORITHMS, the model). So the keys and values of whole blocks
 * depend on nothing but the tokens up to their end; in our own family, whose blocks are single
 * tokens, on nothing but the tokens before. A model with bidirectional context is given canvases
 * alone. Not thread-safe: one thread a device.
 */
public interface Transformer extends AutoCloseable {

    ModelConfig config();

    /**
     * @param capacityTokens most tokens, a canvas included, that will be in it at once
     * @throws IllegalArgumentException if that is more than the model's context
     */
    default KvCache newCache(int capacityTokens) {
        return newCache(capacityTokens, AttentionBlocks.of(config()));
    }

    /** As {@link #newCache(int)}, for clean tokens that see to the ends of other blocks. */
    KvCache newCache(int capacityTokens, AttentionBlocks blocks);

    /**
     * Appends clean tokens to caches and looks at canvases after them, several sequences in one
     * forward. Prefill, a denoising step, the commit of a block together with the first step of the
     * next, and an autoregressive step are all this call.
     *
     * @param asked at least one; no two of one cache
     * @return for each, in order, logits of its rows from {@code firstRow}; the caller closes them
     * @throws IllegalArgumentException if there is nothing to look at, or no room in a cache
     */
    List<Logits> forward(List<Forward> asked);

    /** A forward for one sequence. */
    default Logits forward(Forward asked) {
        return forward(List.of(asked)).getFirst();
    }

    /** A forward for one sequence; parameters as in {@link Forward}. */
    default Logits forward(KvCache cache, int[] clean, int[] canvas, int firstRow) {
        return forward(new Forward(cache, clean, canvas, firstRow));
    }

    @Override
    void close();
}
