package dev.seeddiffusion.training.grammar;

/** The two parts that the compositions fall into. */
public enum Split {
    /** Trained on. */
    TRAIN,
    /** Judged by; no part of any training. */
    TEST
}
