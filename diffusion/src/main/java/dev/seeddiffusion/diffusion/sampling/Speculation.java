package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import java.util.Arrays;

/**
 * What lossless mode believes comes next, and how that is checked. Every forward does two things
 * with the block ahead of the text. A canvas denoises it: it shows the model what was sure before,
 * masks elsewhere, and is proposed a token for each place. And the beginning of what was proposed
 * last is read as clean tokens, so that the model's causal probabilities say for each what
 * autoregressive mode would have written there. What agrees up to the first that does not is final,
 * and that one replaced; what the canvas holds beyond is the next guess, one denoising step older.
 *
 * <p>A token is the one that autoregressive mode chooses at that place, with the same random
 * number: so the output is the same, at any temperature, and each forward gives at least one token.
 *
 * <p>Source: speculative decoding, arXiv 2211.17192, with the model as its own draft; a draft token
 * is accepted if the verifier draws it, which leaves the verifier's distribution as it is. The
 * draft is the canvas of Seed Diffusion, arXiv 2508.02193, that goes on being denoised while its
 * beginning is checked.
 */
final class Speculation {

    /** A guess that is less likely to be right as a whole is not worth its rows. */
    private static final double LEAST_LIKELY = 0.02;

    /** Where something else is there to be guessed, such as the text of an edit. */
    private static final double LEAST_LIKELY_EACH = 0.5;

    /** What is surer than this stays visible in the canvas; it may still be replaced. */
    private static final double LEAST_SURE = 0.9;

    private static final int[] NONE = {};

    private final int mask;
    private final int documentEnd;

    /** The likeliest tokens of the places after the text, up to an end of text. */
    private int[] ids = NONE;

    /** How sure the canvas is of each. */
    private float[] confidences = {};

    Speculation(int mask, int documentEnd) {
        this.mask = mask;
        this.documentEnd = documentEnd;
    }

    /** The likeliest tokens ahead. */
    int[] ahead() {
        return ids;
    }

    /** Whether the text is believed to end ahead. */
    boolean ends() {
        return ids.length > 0 && ids[ids.length - 1] == documentEnd;
    }

    /** What is to be checked: as many of the tokens ahead as are likely right together. */
    int[] guess(int most) {
        double likelihood = 1;
        int length = 0;
        while (length < Math.min(ids.length, most)
                && (likelihood *= confidences[length]) >= LEAST_LIKELY) {
            length++;
        }
        return Arrays.copyOf(ids, length);
    }

    /** How sure the canvas is of each of them. */
    float[] confidences() {
        return confidences;
    }

    /** The tokens ahead up to the first that is as likely wrong as right. */
    int[] sure(int most) {
        int length = 0;
        while (length < Math.min(ids.length, most) && confidences[length] >= LEAST_LIKELY_EACH) {
            length++;
        }
        return Arrays.copyOf(ids, length);
    }

    /** The tokens ahead as the canvas shows them: masks where it is not sure. */
    int[] visible(int most) {
        int[] visible = Arrays.copyOf(ids, Math.min(ids.length, most));
        for (int i = 0; i < visible.length; i++) {
            visible[i] = confidences[i] >= LEAST_SURE ? visible[i] : mask;
        }
        return visible;
    }

    /**
     * @param guess that the model has read
     * @param chosen by the causal probabilities: for each token of the guess the one at its place,
     *     and one that follows; more are of no interest
     * @param canvas what the canvas proposes for its places
     * @return how many of {@code chosen} are final
     */
    int verify(int[] guess, int[] chosen, Choice canvas) {
        int mismatch = Arrays.mismatch(guess, 0, guess.length, chosen, 0, guess.length);
        int kept = (mismatch < 0 ? guess.length : mismatch) + 1;
        int from = Math.min(kept, canvas.ids().length);
        int end = from;
        while (end < canvas.ids().length && (end == from || canvas.ids()[end - 1] != documentEnd)) {
            end++;
        }
        ids = Arrays.copyOfRange(canvas.ids(), from, end);
        confidences = Arrays.copyOfRange(canvas.confidences(), from, end);
        return kept;
    }
}
