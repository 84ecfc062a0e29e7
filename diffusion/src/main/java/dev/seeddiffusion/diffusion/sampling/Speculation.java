package dev.seeddiffusion.diffusion.sampling;

import java.util.Arrays;

/**
 * What lossless mode believes comes next, and how that is checked. The canvas guesses a whole block
 * at once; the next forward reads the guess as clean tokens, so that the model's causal
 * probabilities say for each what autoregressive mode would have written there. What agrees up to
 * the first that does not is kept, and that one replaced.
 *
 * <p>A token is the one that autoregressive mode chooses at that place, with the same random
 * number: so the output is the same, at any temperature, and each forward gives at least one token.
 *
 * <p>Source: speculative decoding, arXiv 2211.17192, with the model as its own draft; a draft token
 * is accepted if the verifier draws it, which leaves the verifier's distribution as it is.
 */
final class Speculation {

    private int[] guess = {};

    /** The guess for what follows the tokens that are final; at most some tokens of it. */
    int[] guess(int most) {
        return Arrays.copyOf(guess, Math.min(guess.length, most));
    }

    /**
     * @param read the guess that the model has read
     * @param chosen by the causal probabilities: for each token of the guess the one at its place,
     *     and one that follows; more are of no interest
     * @param canvas what the canvas proposes from the place of that last one on
     * @return how many of {@code chosen} are final
     */
    int verify(int[] read, int[] chosen, int[] canvas) {
        int mismatch = Arrays.mismatch(read, 0, read.length, chosen, 0, read.length);
        // A canvas that was drafted after a wrong guess says nothing about what follows.
        boolean goesOn = mismatch < 0 && canvas.length > 0;
        guess = goesOn ? Arrays.copyOfRange(canvas, 1, canvas.length) : new int[0];
        return (mismatch < 0 ? read.length : mismatch) + 1;
    }
}
