package dev.seeddiffusion.training.stage;

/** The stages of the recipe, in order, and the baseline. */
public enum Stage {
    /** Mask-based diffusion, with next-token prediction beside it. */
    MASK,
    /** Edit-based diffusion beside it. */
    EDIT,
    /** The model's own best trajectories. */
    ORDER,
    /** Verified trajectories, shorter and shorter. */
    POLICY,
    /** Next-token prediction alone: the autoregressive baseline of the same size. */
    AR
}
