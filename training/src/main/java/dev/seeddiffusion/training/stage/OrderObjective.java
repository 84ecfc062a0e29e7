package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.TokenEdits;
import dev.seeddiffusion.training.data.Batch;
import dev.seeddiffusion.training.trajectory.Sample;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Constrained-order training: the model's own best trajectories in one half of the rows; in the
 * other the data that it learnt from before, so that it forgets nothing.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, constrained-order training.
 */
public final class OrderObjective implements Objective {

    private final DiffusionObjective before;
    private final SampledRows sampled;

    /**
     * @param before what the model learnt by until now
     * @param samples the best of each task, at least one
     * @param edits augment what is shown
     * @param mask id of the mask token
     * @param documentEnd id of the token that ends a document
     */
    public OrderObjective(
            DiffusionObjective before,
            List<Sample> samples,
            TokenEdits edits,
            int mask,
            int documentEnd) {
        this.before = before;
        OrderStates states = new OrderStates(mask, edits);
        this.sampled =
                new SampledRows(
                        samples.stream().map(sample -> new Lesson(sample, states)).toList(),
                        documentEnd);
    }

    @Override
    public TrainingBatch pose(Batch clean, CurrentModel model, RandomGenerator random) {
        return sampled.pose(before, clean, model, random);
    }
}
