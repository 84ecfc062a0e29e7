package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.Transformer;

/** The model of a run as it stands. */
@FunctionalInterface
public interface CurrentModel {

    /** A copy that can write; the caller closes it. */
    Transformer snapshot();
}
