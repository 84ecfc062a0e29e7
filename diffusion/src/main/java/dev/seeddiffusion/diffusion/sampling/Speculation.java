package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
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

    /** A guess that is less likely to be right as a whole is not worth a canvas behind it. */
    private static final double LEAST_LIKELY = 0.2;

    private final int documentEnd;
    private int[] guess = {};

    /** That all of the guess is right, as far as its canvas knew. */
    private double likelihood = 1;

    Speculation(int documentEnd) {
        this.documentEnd = documentEnd;
    }

    /** Whether it is worth while to guess what follows the guess. */
    boolean goesOn() {
        boolean ends = guess.length > 0 && guess[guess.length - 1] == documentEnd;
        return !ends && likelihood >= LEAST_LIKELY;
    }

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
    int verify(int[] read, int[] chosen, Choice canvas) {
        int mismatch = Arrays.mismatch(read, 0, read.length, chosen, 0, read.length);
        // A canvas that was drafted after a wrong guess says nothing about what follows.
        int from = mismatch < 0 ? Math.min(1, canvas.ids().length) : canvas.ids().length;
        int end = from;
        likelihood = 1;
        while (end < canvas.ids().length && (end == from || canvas.ids()[end - 1] != documentEnd)) {
            likelihood *= canvas.confidences()[end++];
        }
        guess = Arrays.copyOfRange(canvas.ids(), from, end);
        return (mismatch < 0 ? read.length : mismatch) + 1;
    }
}
