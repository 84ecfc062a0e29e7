package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;

/**
 * A block at some step of its trajectory, and what is asked of the model there.
 *
 * @param canvas token ids, masks included
 * @param weights of each position's final token in the loss; 0 where it is not asked for
 */
record BlockState(int[] canvas, double[] weights) {

    /** Number of text tokens that {@link BlockTrajectory#isPlacedBetween} two states. */
    static int placed(BlockTrajectory block, int state, int later) {
        int count = 0;
        for (int i = 0; i < block.tokens(); i++) {
            count += block.isPlacedBetween(i, state, later) ? 1 : 0;
        }
        return count;
    }
}
