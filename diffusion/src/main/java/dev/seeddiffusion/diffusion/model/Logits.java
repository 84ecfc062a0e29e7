package dev.seeddiffusion.diffusion.model;

/**
 * Logits of n rows over the vocabulary, kept on the device. Whatever the mask token's is, it is
 * never chosen and has no share of any probability. Only what is asked for is copied out.
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

    /**
     * The same without the least likely tokens of each row.
     *
     * @param topP share of probability that stays, in (0, 1]; the token that reaches it does
     * @return to be closed before these
     */
    Logits within(double topP);

    /**
     * All logits, float32, row by row: n · vocabulary; the mask token's is −∞ in our own family and
     * as computed in others.
     */
    float[] toArray();

    @Override
    void close();
}
