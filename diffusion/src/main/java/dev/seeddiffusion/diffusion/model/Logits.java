package dev.seeddiffusion.diffusion.model;

/**
 * Logits of n rows over the vocabulary, kept on the device; the mask token's is −∞. Only what is
 * asked for is copied out.
 */
public interface Logits extends AutoCloseable {

    /** Number of rows, n. */
    int rows();

    /** The likeliest token of each row. */
    Choice likeliest();

    /**
     * One token a row, drawn.
     *
     * @param temperature greater than 0
     * @param topP share of probability to draw from, in (0, 1]
     * @param uniforms one number in [0, 1) a row; equal numbers give equal tokens
     */
    Choice sample(double temperature, double topP, float[] uniforms);

    /** Entropy of each row's distribution, nats, length n; computed when asked for. */
    float[] entropies();

    /**
     * How far each row's likeliest token is ahead: its probability minus that of the second, in [0,
     * 1], length n; computed when asked for.
     */
    float[] margins();

    /** All logits, float32, row by row: n · vocabulary. */
    float[] toArray();

    @Override
    void close();
}
