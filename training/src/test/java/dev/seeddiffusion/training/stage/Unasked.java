package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Transformer;

/** Stands where an objective has nothing to ask of the model. */
enum Unasked implements CurrentModel {
    MODEL;

    @Override
    public Transformer snapshot() {
        throw new AssertionError("The model was asked to write.");
    }

    @Override
    public Choice propose(TrainingBatch batch, long[] places) {
        throw new AssertionError("The model was asked to propose.");
    }
}
