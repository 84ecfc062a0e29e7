package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.training.suite.Task;
import java.io.IOException;

/** Who answers a suite's tasks. Thread-safe. */
@FunctionalInterface
public interface Answers {

    /**
     * @param output counts the outputs of a run, from 0; equal numbers give equal answers
     * @throws IOException if whoever answers cannot be reached
     */
    Answer to(Task task, int output) throws IOException, InterruptedException;

    /** The right answers: a suite that they do not pass is wrong. */
    static Answers canonical() {
        return (task, _) -> Answer.free(task.answer());
    }

    /** Answers that say nothing: a suite that they pass judges nothing. */
    static Answers emptied() {
        return (task, _) -> Answer.free(Task.emptied(task.kind()));
    }
}
