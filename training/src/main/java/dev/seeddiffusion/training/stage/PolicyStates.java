package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.trajectory.Sample;
import java.util.random.RandomGenerator;

/**
 * On-policy states: what a step of the trajectory placed, weighted by the sample's advantage (the V
 * term, by the log-derivative trick); and, where the sample is a model for the others, what all
 * steps up to a horizon placed, so that distant states become predictable from each other.
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
        int steps = block.stepCount();
        int step = random.nextInt(steps);
        int until = step + 1 + (int) Math.round(horizon * (steps - step - 1));
        int[] canvas = block.canvases().get(step);
        int text = block.tokens();
        int asked = BlockState.placed(block, step, until);
        double surrogate = isModel && asked > 0 ? (double) text / asked : 0;
        double[] weights = new double[canvas.length];
        for (int i = 0; i < text; i++) {
            if (block.isPlacedBetween(i, step, step + 1)) {
                weights[i] += ADVANTAGE_WEIGHT * advantage * steps; // one of so many steps is drawn
            }
            if (block.isPlacedBetween(i, step, until)) {
                weights[i] += surrogate;
            }
        }
        return new BlockState(canvas, weights);
    }
}
