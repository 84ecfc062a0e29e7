package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.training.task.Example;
import java.io.IOException;

/** Judges what the model wrote: V of the on-policy stage. */
@FunctionalInterface
public interface Verifier {

    /** Thinks well of everything: the stage judges by likelihood alone. */
    Verifier LENIENT = (_, _) -> 1;

    /**
     * Called by several threads at once.
     *
     * @param answer the whole output
     * @return from 0 wrong to 1 right
     * @throws IOException if nothing can be judged on this machine
     */
    double value(Example task, String answer) throws IOException;
}
