package dev.seeddiffusion.training.stage;

/**
 * A block at some step of its trajectory, and what is asked of the model there.
 *
 * @param canvas token ids, masks included
 * @param weights of each position's final token in the loss; 0 where it is not asked for
 */
record BlockState(int[] canvas, double[] weights) {

    /**
     * Number of the first {@code textLength} positions that {@link #isPlaced} between two canvases.
     */
    static int placed(int[] canvas, int[] later, int textLength, int mask) {
        int count = 0;
        for (int i = 0; i < textLength; i++) {
            count += isPlaced(canvas[i], later[i], mask) ? 1 : 0;
        }
        return count;
    }

    /** Whether a position is masked in one canvas and no longer in a later one. */
    static boolean isPlaced(int id, int later, int mask) {
        return id == mask && later != mask;
    }
}
