package dev.seeddiffusion.diffusion.sampling;

/**
 * What the model says of the n masked positions of a canvas, in their order. Entropies and margins
 * are computed on the device when asked for.
 */
public interface Candidates {

    /** Positions that were masked when the block began; n or more. */
    int maskedAtFirst();

    /** The model's probability of the token proposed at each position, in [0, 1], length n. */
    float[] confidences();

    /** Entropy of the distribution at each position, nats, length n. */
    float[] entropies();

    /** Probability of the likeliest token minus that of the second at each position, length n. */
    float[] margins();
}
