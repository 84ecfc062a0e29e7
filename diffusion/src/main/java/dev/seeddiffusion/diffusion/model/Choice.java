package dev.seeddiffusion.diffusion.model;

import java.util.Arrays;

/**
 * One token for each of n rows.
 *
 * @param ids token ids, length n
 * @param confidences the model's probability of each, in [0, 1], length n
 */
public record Choice(int[] ids, float[] confidences) {

    /** Of no rows. */
    public static final Choice NOTHING = new Choice(new int[0], new float[0]);

    /**
     * The last rows alone.
     *
     * @param row the first of them, in [0, n]
     * @return of n − {@code row} rows
     */
    public Choice from(int row) {
        return new Choice(
                Arrays.copyOfRange(ids, row, ids.length),
                Arrays.copyOfRange(confidences, row, confidences.length));
    }
}
