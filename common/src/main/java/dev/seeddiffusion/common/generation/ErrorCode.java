package dev.seeddiffusion.common.generation;

/** Why a generation failed; stable, for machines. The message beside it is for people. */
public enum ErrorCode {
    /** The request cannot be served as it is; sending it again will not help. */
    INVALID_REQUEST,
    /** Prompt and output together exceed the model's context. */
    CONTEXT_LENGTH_EXCEEDED,
    /** Every place in the queue is taken. */
    OVERLOADED,
    /** No replica could be reached, or the one that served went away. */
    UNAVAILABLE,
    /** A wait exceeded its deadline. */
    DEADLINE_EXCEEDED,
    /** A fault of ours. */
    INTERNAL
}
