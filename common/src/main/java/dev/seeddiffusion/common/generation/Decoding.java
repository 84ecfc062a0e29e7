package dev.seeddiffusion.common.generation;

/** Which of the model's modes writes the output. */
public enum Decoding {
    /** Blocks are denoised. */
    DIFFUSION,
    /** One token a forward, from the same weights: the baseline. */
    AUTOREGRESSIVE,
    /** What autoregressive mode would write, drafted in blocks and checked. */
    LOSSLESS
}
