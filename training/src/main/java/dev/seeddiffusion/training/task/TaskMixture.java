package dev.seeddiffusion.training.task;

import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An endless sequence of tasks of several kinds in turns.
 *
 * @param kinds one after the other, then again from the first
 */
public record TaskMixture(TaskGrammar grammar, List<TaskKind> kinds) {

    /**
     * All kinds: of twenty tasks seven completions, nine edits, three holes and one of unit tests.
     */
    public static final List<TaskKind> ALL_KINDS =
            List.of(
                    TaskKind.COMPLETION,
                    TaskKind.EDIT,
                    TaskKind.INFILLING,
                    TaskKind.EDIT,
                    TaskKind.COMPLETION,
                    TaskKind.EDIT,
                    TaskKind.COMPLETION,
                    TaskKind.EDIT,
                    TaskKind.INFILLING,
                    TaskKind.EDIT,
                    TaskKind.COMPLETION,
                    TaskKind.EDIT,
                    TaskKind.COMPLETION,
                    TaskKind.EDIT,
                    TaskKind.INFILLING,
                    TaskKind.EDIT,
                    TaskKind.COMPLETION,
                    TaskKind.EDIT,
                    TaskKind.COMPLETION,
                    TaskKind.UNIT_TEST);

    /** The kinds whose answers are code, not what code returns. */
    public static final List<TaskKind> CODE =
            List.of(
                    TaskKind.COMPLETION,
                    TaskKind.EDIT,
                    TaskKind.INFILLING,
                    TaskKind.COMPLETION,
                    TaskKind.EDIT);

    /**
     * @param index from 0; equal ones give equal tasks
     * @return the task, of the kind whose turn it is
     * @throws IOException if Python has died
     */
    public Example task(long index) throws IOException {
        return grammar.example(kinds.get((int) (index % kinds.size())), index);
    }

    /**
     * @param first index of the first task, from 0
     * @param count how many, at least 0
     * @return {@code count} tasks in the order of their indices
     * @throws IOException if Python has died
     */
    public List<Example> tasks(long first, int count) throws IOException {
        List<Example> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(task(first + i));
        }
        return tasks;
    }
}
