package dev.seeddiffusion.diffusion.model;

/**
 * What a sequence asks of a forward.
 *
 * @param cache gains the keys and values of {@code clean}, in order; none of {@code canvas}
 * @param clean token ids that are read, may be empty
 * @param canvas token ids after them, masks included, may be empty
 * @param firstRow logits are wanted from this row of {@code clean ‖ canvas} on. Row i of clean
 *     predicts the token after it; row i of canvas predicts its own position
 */
public record Forward(KvCache cache, int[] clean, int[] canvas, int firstRow) {

    /** Number of rows of {@code clean ‖ canvas}. */
    public int rows() {
        return clean.length + canvas.length;
    }
}
