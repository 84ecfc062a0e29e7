package dev.seeddiffusion.diffusion.checkpoint;

/** Which of a model's modes writes. */
public enum DecodingMode {
    /** In blocks, several tokens a forward. */
    DIFFUSION,
    /** One token a forward. */
    AUTOREGRESSIVE,
    /** What autoregressive mode would write, drafted in blocks. */
    LOSSLESS
}
