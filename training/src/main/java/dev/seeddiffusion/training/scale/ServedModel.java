package dev.seeddiffusion.training.scale;

/**
 * What a replica of a model does on two cores, as docs/evidence.md and docs/cache.md have it, and
 * what it is asked for.
 *
 * @param forwards measured by {@code ./seed bench}
 * @param rows tokens that a request brings to a forward: guess and canvas of a lossless step
 * @param tokensPerForward tokens that a request gains by a forward
 * @param promptTokens of each request; a mean of nobody's traffic
 * @param sharedTokens of the prompt's beginning, the same for many requests
 * @param outputTokens mean of the outputs, whose lengths are geometric
 * @param redisBytesPerSecond read from one Redis, in values of a chunk's size
 */
record ServedModel(
        ModelShape shape,
        ForwardTimes forwards,
        int rows,
        double tokensPerForward,
        int promptTokens,
        int sharedTokens,
        double outputTokens,
        double redisBytesPerSecond) {

    /** {@code models/nano}, on its own suite's completions. */
    static final ServedModel NANO =
            new ServedModel(
                    new ModelShape("models/nano", 5_345_280, 6, 4, 64, 384),
                    new ForwardTimes(
                            new int[] {1, 16, 32, 64, 128},
                            new double[] {1.70, 2.04, 2.58, 3.52, 5.61}),
                    64,
                    7.84,
                    192,
                    128,
                    52,
                    3.8e9);

    /**
     * {@code recipes/200m.json}, whose weights were random: times are measured, but how many tokens
     * a forward would gain is a guess, half of the small model's.
     */
    static final ServedModel OF_200_MILLION =
            new ServedModel(
                    new ModelShape("recipes/200m.json", 197_000_000, 16, 4, 64, 2048),
                    new ForwardTimes(
                            new int[] {1, 16, 32, 64, 128},
                            new double[] {23.9, 30.1, 40.5, 53.7, 84.3}),
                    64,
                    4,
                    1024,
                    832,
                    100,
                    1.4e9);

    long sharedBytes() {
        return sharedTokens * shape.tokenBytes();
    }

    /** Of so many streams at a time, in all, without their prompts. */
    double tokensPerSecond(int streams) {
        return 1000 * streams * tokensPerForward / forwards.millis(streams * rows);
    }
}
