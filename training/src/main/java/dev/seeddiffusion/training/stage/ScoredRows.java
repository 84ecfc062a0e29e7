package dev.seeddiffusion.training.stage;

import java.util.Arrays;

/** Collects the positions that a batch is scored on. */
final class ScoredRows {

    private final long[] rows;
    private final long[] targets;
    private final float[] diffusion;
    private final float[] nextToken;
    private int size;

    ScoredRows(int capacity) {
        rows = new long[capacity];
        targets = new long[capacity];
        diffusion = new float[capacity];
        nextToken = new float[capacity];
    }

    void addDiffusion(int row, int target, double scale) {
        rows[size] = row;
        targets[size] = target;
        diffusion[size++] = (float) scale;
    }

    void addNextToken(int row, int target, double scale) {
        rows[size] = row;
        targets[size] = target;
        nextToken[size++] = (float) scale;
    }

    long[] rows() {
        return Arrays.copyOf(rows, size);
    }

    long[] targets() {
        return Arrays.copyOf(targets, size);
    }

    float[] scales() {
        float[] scales = Arrays.copyOf(diffusion, 2 * size);
        System.arraycopy(nextToken, 0, scales, size, size);
        return scales;
    }
}
