package dev.seeddiffusion.diffusion.checkpoint;

/** What the models of some families do, and those of others do not. */
public enum ModelTrait {
    /** Row i of the logits of a canvas predicts position i + 1 instead of i. */
    SHIFTED_LOGITS,
    /** Each head of queries and keys has an RMSNorm; the configuration says how wide heads are. */
    QUERY_KEY_NORM,
    /** Queries, keys and values have biases. */
    ATTENTION_BIAS,
    /** The logit of the mask token is −∞; in others it is as computed, and merely never chosen. */
    MASK_FORBIDDEN
}
