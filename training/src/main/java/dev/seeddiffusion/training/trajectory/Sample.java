package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.sampling.Trajectory;

/**
 * An output that the model wrote.
 *
 * @param task which task it is an answer to, counted from 0
 * @param promptTokens how many of the trajectory's tokens the prompt gave
 * @param trajectory how it was written
 * @param value what a verifier thinks of it, V, from 0 wrong to 1 right
 */
public record Sample(long task, int promptTokens, Trajectory trajectory, double value) {

    /** Tokens written, the document's end included. */
    public int outputTokens() {
        return trajectory.tokens().length - promptTokens;
    }

    /** Whether the verifier has nothing to object. */
    public boolean isVerified() {
        return value == 1;
    }
}
