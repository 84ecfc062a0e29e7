package dev.seeddiffusion.common.generation;

/** What was done about the part of a prompt that another replica had computed. */
public enum PrefixChoice {
    /** There was none, or the replica had it itself. */
    NONE,
    FETCH,
    /** To compute it again was expected to be faster. */
    RECOMPUTE
}
