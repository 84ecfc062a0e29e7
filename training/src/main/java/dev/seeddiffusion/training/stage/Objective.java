package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.training.data.Batch;
import java.io.IOException;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What a stage asks of the model on a batch of clean rows. */
public interface Objective {

    /**
     * Called before each step, in order; a stage that learns from what the model itself writes has
     * it write here.
     *
     * @throws IOException if something that it needs cannot be read, written or run
     */
    default void prepare(int step, CurrentModel model) throws IOException {}

    /**
     * Whether a run that is interrupted and resumed before this step goes on as if nothing had
     * happened.
     */
    default boolean canResumeAt(int step) {
        return true;
    }

    /**
     * @param model as it stands before the step
     * @param random all chance of this step; equal states give equal batches
     */
    TrainingBatch pose(Batch clean, CurrentModel model, RandomGenerator random);

    /** Figures of its own since the last call, by name; empty where nothing was measured. */
    default Map<String, Double> figures() {
        return Map.of();
    }
}
