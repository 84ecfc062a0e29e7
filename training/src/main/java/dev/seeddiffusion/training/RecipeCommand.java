package dev.seeddiffusion.training;

import java.io.IOException;

/** A command whose work may be a step of a {@link Recipe}: it can be stopped and done later. */
interface RecipeCommand {

    /** Whether its folder holds all that it makes. */
    boolean isFinished();

    /**
     * Does what is left of its work.
     *
     * @throws IllegalArgumentException if its arguments do not fit what it finds
     * @throws IOException if a file cannot be read or written
     */
    void finish() throws IOException, InterruptedException;
}
