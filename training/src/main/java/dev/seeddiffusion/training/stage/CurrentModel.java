package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Transformer;

/** The model of a run as it stands. */
public interface CurrentModel {

    /** A copy that can write; the caller closes it. */
    Transformer snapshot();

    /**
     * What it holds likeliest in some places of a batch; learns nothing from it.
     *
     * @param places which of the b · n hidden states are asked (k)
     * @return a token for each of the k
     */
    Choice propose(TrainingBatch batch, long[] places);
}
