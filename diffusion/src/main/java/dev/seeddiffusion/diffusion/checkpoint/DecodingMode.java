package dev.seeddiffusion.diffusion.checkpoint;

/** Which of a model's modes writes. */
public enum DecodingMode {
    /** In blocks, several tokens a forward. */
    DIFFUSION,
    /** One token a forward. */
    AUTOREGRESSIVE,
    /** What autoregressive mode would write, drafted in blocks. */
    LOSSLESS;

    /**
     * How long a forward in the midst of an output is.
     *
     * @param blockTokens tokens denoised together
     * @return tokens that it looks at, those of the cache not counted
     */
    public int forwardTokens(int blockTokens) {
        return switch (this) {
            case DIFFUSION -> blockTokens;
            case AUTOREGRESSIVE -> 1;
            case LOSSLESS -> 2 * blockTokens; // a guess and a canvas
        };
    }
}
