package dev.seeddiffusion.training.data;

import java.util.Arrays;

/**
 * Rows of whole documents, end to end. All arrays have the shape (rows, row tokens) and belong to
 * the caller.
 *
 * <p>A row holds {@code E a b E c d E …}: the document end between two documents is written once.
 * It belongs to the document that it ends, and the next document sees it as its beginning.
 *
 * @param tokens token ids
 * @param documentIndex which document of its row a position belongs to, from 0
 * @param documentStart position of the document end that precedes the position's document: the
 *     first position that it may attend to
 * @param given whether a token is only given: seen, but neither denoised nor scored
 */
public record Batch(
        int[][] tokens, int[][] documentIndex, int[][] documentStart, boolean[][] given) {

    /** The first rows alone. */
    public Batch first(int rows) {
        return new Batch(
                Arrays.copyOf(tokens, rows),
                Arrays.copyOf(documentIndex, rows),
                Arrays.copyOf(documentStart, rows),
                Arrays.copyOf(given, rows));
    }
}
