package dev.seeddiffusion.diffusion.noise;

/** What one step of edit noise does to a text. */
public enum EditOperation {
    /** A token vanishes; those after it move up. */
    DELETION,
    /** A token appears; those after it move down. */
    INSERTION,
    /** A token becomes another one. */
    SUBSTITUTION
}
