package dev.seeddiffusion.diffusion.sampling;

import java.util.List;

/**
 * How one block came to be. What stood after an end of text is masked, as in training; the arrays
 * are shared, not copied.
 *
 * @param firstPosition of the block in the sequence, from 0, the document start
 * @param canvases token ids, masks included, before the first step and after each; the last is
 *     final. The first may hold a draft, of which no token is placed yet
 * @param confidences the model's probability of each final token at the step that placed it; 1 for
 *     a token that the canvas began with; NaN where the final canvas is masked: after an end of
 *     text
 * @param steps the block's step that placed each final token, from 0; −1 where none did
 */
public record BlockTrajectory(
        int firstPosition, List<int[]> canvases, float[] confidences, int[] steps) {

    /** Denoising steps that it took. */
    public int stepCount() {
        return canvases.size() - 1;
    }

    /** Final tokens up to the end of text, that one included, or else all of the block. */
    public int tokens() {
        int tokens = 0;
        while (tokens < confidences.length && !Float.isNaN(confidences[tokens])) {
            tokens++;
        }
        return tokens;
    }

    /**
     * Whether the final token of a position was placed after one state and not after another.
     *
     * @param state index of a canvas
     * @param later index of a later one
     */
    public boolean isPlacedBetween(int position, int state, int later) {
        return steps[position] >= state && steps[position] < later;
    }

    /** Log-probability of the final tokens, each at the step that placed it, nats. */
    public double elbo() {
        double sum = 0;
        for (int i = 0; i < tokens(); i++) {
            sum += Math.log(confidences[i]);
        }
        return sum;
    }
}
