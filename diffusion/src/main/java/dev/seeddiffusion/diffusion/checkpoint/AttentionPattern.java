package dev.seeddiffusion.diffusion.checkpoint;

/** Which tokens see which, and therefore what may be kept of them. */
public enum AttentionPattern {
    /**
     * Clean tokens see those before them; the canvas sees them all and itself. Keys and values are
     * exact token by token, whatever the block that is denoised.
     */
    CAUSAL_CONTEXT,
    /**
     * Every token sees its own block and all blocks before. Keys and values are exact at the ends
     * of blocks, for blocks of one length.
     */
    BLOCK_CAUSAL,
    /** Every token sees every other. No keys and values outlive a forward. */
    BIDIRECTIONAL
}
