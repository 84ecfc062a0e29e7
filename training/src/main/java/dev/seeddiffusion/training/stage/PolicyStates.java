package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.trajectory.Sample;
import java.util.random.RandomGenerator;

/**
 * On-policy states. Of the sample that is a model for the others: what all steps from a state up to
 * a horizon placed, so that distant states become predictable from each other. Of the others: what
 * a step of the trajectory placed, weighted by the sample's advantage (the V term, by the
 * log-derivative trick).
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, on-policy learning: minimise {@code |τ| − V}, with
 * the surrogate {@code |τ| ∝ E[1 / dLev(τ[i], τ[j])]} for |τ|. Placing the tokens that lie between
 * two states in one step is what brings them one step apart; a token placed is one operation of
 * Levenshtein's distance, so the horizon is a distance in steps of the trajectory.
 *
 * @param advantage of the sample over the others of its task
 * @param isModel whether the sample is the one to learn from
 * @param horizon share of the remaining steps to be made in one, in [0, 1]; 0 means the next one
 */
record PolicyStates(double advantage, boolean isModel, double horizon) implements StatePicker {

    /** Weight of the V term beside the surrogate. */
    static final double ADVANTAGE_WEIGHT = 0.1;

    @Override
    public BlockState pick(Sample sample, BlockTrajectory block, RandomGenerator random) {
        return isModel ? surrogate(block, random) : credit(block, random);
    }

    /** The nearer the horizon is to the whole, the nearer to its beginning a trajectory is met. */
    private BlockState surrogate(BlockTrajectory block, RandomGenerator random) {
        int steps = block.stepCount();
        int step = random.nextInt(1 + (int) Math.round((1 - horizon) * (steps - 1)));
        int until = step + 1 + (int) Math.round(horizon * (steps - step - 1));
        int asked = BlockState.placed(block, step, until);
        return state(block, step, until, asked > 0 ? (double) block.tokens() / asked : 0);
    }

    private BlockState credit(BlockTrajectory block, RandomGenerator random) {
        int steps = block.stepCount();
        int step = random.nextInt(steps);
        double weight = ADVANTAGE_WEIGHT * advantage * steps; // one of so many steps is drawn
        return state(block, step, step + 1, weight);
    }

    private static BlockState state(BlockTrajectory block, int step, int until, double weight) {
        int[] canvas = block.canvases().get(step);
        double[] weights = new double[canvas.length];
        for (int i = 0; i < block.tokens(); i++) {
            weights[i] = block.isPlacedBetween(i, step, until) ? weight : 0;
        }
        return new BlockState(canvas, weights);
    }
}
