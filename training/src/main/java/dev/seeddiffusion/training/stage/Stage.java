package dev.seeddiffusion.training.stage;

/** What a run asks of the model. */
public enum Stage {
    /** Mask-based diffusion, with next-token prediction beside it. */
    MASK,
    /** Edit-based diffusion beside it. */
    EDIT,
    /** The model's own best trajectories. */
    ORDER,
    /** Verified trajectories, shorter and shorter. */
    POLICY,
    /** Next-token prediction alone: the pretraining, and the autoregressive baseline. */
    AR
}
