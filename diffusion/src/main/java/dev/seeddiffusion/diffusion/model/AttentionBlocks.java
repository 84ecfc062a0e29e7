package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;

/**
 * How far the tokens of a sequence see: each to the end of its own block. In blocks of one token
 * that is causal attention; in one block that holds everything it is bidirectional.
 *
 * @param tokens of a block, but for the first
 * @param first tokens of the first block, at most {@code tokens}
 */
public record AttentionBlocks(int tokens, int first) {

    /**
     * @throws IllegalArgumentException if a block would be empty, or the first the longest
     */
    public AttentionBlocks {
        if (first < 1 || first > tokens) {
            throw new IllegalArgumentException(
                    "A first block of %d tokens does not go before blocks of %d."
                            .formatted(first, tokens));
        }
    }

    /** Blocks of one length, counted from position 0. */
    public AttentionBlocks(int tokens) {
        this(tokens, tokens);
    }

    /** What the clean tokens of a model see. */
    public static AttentionBlocks of(ModelConfig config) {
        return of(config, config.sampling().blockTokens());
    }

    /**
     * @param blockTokens tokens that are denoised together
     */
    public static AttentionBlocks of(ModelConfig config, int blockTokens) {
        return new AttentionBlocks(
                switch (config.family().attention()) {
                    case CAUSAL_CONTEXT -> 1;
                    case BLOCK_CAUSAL -> blockTokens;
                    case BIDIRECTIONAL -> config.contextTokens();
                });
    }
}
