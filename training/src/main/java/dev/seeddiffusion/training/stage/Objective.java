package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.training.data.Batch;
import java.util.random.RandomGenerator;

/** What a stage asks of the model on a batch of clean rows. */
interface Objective {

    /**
     * @param random all chance of this step; equal states give equal batches
     */
    TrainingBatch pose(Batch clean, RandomGenerator random);
}
