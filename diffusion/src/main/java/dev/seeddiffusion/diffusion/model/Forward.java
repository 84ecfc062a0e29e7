package dev.seeddiffusion.diffusion.model;

/**
 * What a sequence asks of a forward.
 *
 * @param cache gains the keys and values of {@code clean ‖ guess}, in order; none of {@code canvas}
 * @param clean token ids that are read, may be empty
 * @param guess token ids that are read after them, so that the model says what it thinks of each;
 *     may be empty. The canvas does not see them
 * @param canvas token ids after {@code clean}, in the place of {@code guess} and beyond, masks
 *     included, may be empty
 * @param firstRow logits are wanted from this row of {@code clean ‖ guess ‖ canvas} on. Row i of
 *     clean and guess predicts the token after it; row i of canvas predicts its own position, or
 *     the one after it in families whose logits are shifted
 */
public record Forward(KvCache cache, int[] clean, int[] guess, int[] canvas, int firstRow) {

    /** Longest guess: it needs room in a cache beside the canvas that takes its place. */
    public static final int MOST_GUESSED = 64;

    private static final int[] NONE = {};

    /** Without a guess. */
    public Forward(KvCache cache, int[] clean, int[] canvas, int firstRow) {
        this(cache, clean, NONE, canvas, firstRow);
    }

    /** Number of rows of {@code clean ‖ guess ‖ canvas}. */
    public int rows() {
        return causalRows() + canvas.length;
    }

    /** Number of rows of {@code clean ‖ guess}. */
    public int causalRows() {
        return clean.length + guess.length;
    }
}
