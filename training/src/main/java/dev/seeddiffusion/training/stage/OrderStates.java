package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.TokenEdits;
import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.trajectory.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Constrained order: a uniformly drawn state of the trajectory, and the final tokens that were not
 * placed by then. λ = n / (number of those) gives each state of n tokens the same weight, as 1 / t
 * does for mask noise. A quarter of the states is augmented by edits of what they show, and then
 * every position is asked for.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, constrained-order training: {@code −λ(xi) · log
 * pθ(x0 | f(xi))}; λ and the share of augmented states are ours.
 */
final class OrderStates implements StatePicker {

    private static final double SHARE_OF_AUGMENTED = 0.25;

    private final int mask;
    private final TokenEdits edits;

    OrderStates(int mask, TokenEdits edits) {
        this.mask = mask;
        this.edits = edits;
    }

    @Override
    public BlockState pick(Sample sample, BlockTrajectory block, RandomGenerator random) {
        int step = random.nextInt(block.stepCount());
        int[] canvas = block.canvases().get(step).clone();
        int[] last = block.canvases().getLast();
        int text = block.tokens();
        double[] weights = new double[canvas.length];
        if (random.nextDouble() < SHARE_OF_AUGMENTED) {
            Arrays.fill(weights, 0, text, 1);
            return new BlockState(augmented(canvas, last, text, random), weights);
        }
        int steps = block.stepCount();
        double lambda = (double) text / BlockState.placed(block, step, steps);
        for (int i = 0; i < text; i++) {
            weights[i] = block.isPlacedBetween(i, step, steps) ? lambda : 0;
        }
        return new BlockState(canvas, weights);
    }

    /** f: edits of the text, which stays aligned with its block. */
    private int[] augmented(int[] canvas, int[] last, int text, RandomGenerator random) {
        List<Integer> edited = new ArrayList<>();
        for (int i = 0; i < text; i++) {
            edited.add(canvas[i]);
        }
        edits.apply(edited, random.nextDouble(), Arrays.copyOf(last, text), random);
        for (int i = 0; i < canvas.length; i++) {
            canvas[i] = i < edited.size() ? edited.get(i) : mask;
        }
        return canvas;
    }
}
