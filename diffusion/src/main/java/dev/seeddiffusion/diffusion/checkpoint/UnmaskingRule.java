package dev.seeddiffusion.diffusion.checkpoint;

/** By which rule a family's published code places tokens unless told otherwise. */
public enum UnmaskingRule {
    /** All that the model is sure of, or the surest one. */
    THRESHOLD,
    /** All that the model is sure of, or a fixed share of the block, whichever is more. */
    THRESHOLD_OR_SHARE,
    /** The surest one a step. */
    SUREST,
    /** Those of least entropy, by a clock that gives every token a step. */
    ENTROPY_CLOCK
}
