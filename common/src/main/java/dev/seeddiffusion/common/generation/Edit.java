package dev.seeddiffusion.common.generation;

/** What becomes of the text that an output edits, where one token is written after the other. */
public enum Edit {
    /** The model's likeliest output, of which the text is only a guess that saves forwards. */
    FREE,
    /** A token of the text stays unless the model is sure of another. */
    KEEPING
}
