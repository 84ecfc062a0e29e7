package dev.seeddiffusion.training.suite;

import dev.seeddiffusion.training.sandbox.Sandbox;
import java.io.IOException;

/** What a candidate, a whole piece of Python, is judged by. Thread-safe. */
@FunctionalInterface
public interface Check {

    /**
     * @param candidate what the answer makes of the task
     * @return from 0, wrong, to 1, right
     * @throws IOException if the candidate cannot be run at all
     * @throws InterruptedException if the thread is interrupted
     */
    double score(String candidate, Sandbox sandbox) throws IOException, InterruptedException;
}
