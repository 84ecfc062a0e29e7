package dev.seeddiffusion.common.generation;

/** Why a generation ended by itself. */
public enum FinishReason {
    /** The model ended the text, or a stop string was met. */
    STOP,
    /** The token limit of the request was reached, or its deadline after some output. */
    LENGTH
}
