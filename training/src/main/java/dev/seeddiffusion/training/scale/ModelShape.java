package dev.seeddiffusion.training.scale;

/**
 * What a model takes of memory, in bfloat16.
 *
 * @param contextTokens longest prompt and output together
 */
record ModelShape(
        String name,
        long parameters,
        int layers,
        int keyValueHeads,
        int headWidth,
        int contextTokens) {

    private static final int BYTES = 2;

    /** Share of a GPU's memory that is left to weights, keys and values. */
    private static final double USABLE = 0.9;

    long weightBytes() {
        return BYTES * parameters;
    }

    /** Keys and values of a token. */
    long tokenBytes() {
        return 2L * layers * keyValueHeads * headWidth * BYTES;
    }

    /** Requests of full context that a memory holds beside the weights. */
    long requestsIn(long memoryBytes) {
        return (long)
                ((USABLE * memoryBytes - weightBytes()) / ((double) contextTokens * tokenBytes()));
    }
}
