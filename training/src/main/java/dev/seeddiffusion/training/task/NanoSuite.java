package dev.seeddiffusion.training.task;

import dev.seeddiffusion.training.grammar.GeneratedFunction;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.suite.Check;
import dev.seeddiffusion.training.suite.KillsMutants;
import dev.seeddiffusion.training.suite.SameResults;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The suite that a small model is judged by: tasks whose compositions no training has seen. */
public final class NanoSuite {
    private static final long SEED = 2;

    private NanoSuite() {}

    /** The suite's tasks of all kinds. */
    public static List<Task> tasks(Interpreter interpreter, int first, int count)
            throws IOException {
        return tasks(interpreter, List.of(TaskKind.values()), first, count);
    }

    /**
     * The suite's tasks of some kinds, the same ones each time, the kinds in turns.
     *
     * @param first index of the first task of a kind
     * @param count how many of a kind
     * @throws IOException if Python has died
     */
    public static List<Task> tasks(
            Interpreter interpreter, Collection<TaskKind> kinds, int first, int count)
            throws IOException {
        TaskGrammar grammar = new TaskGrammar(SEED, Split.TEST, interpreter);
        List<Task> tasks = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            for (TaskKind kind : kinds) {
                String id = "nano/" + kind.name().toLowerCase() + "/" + i;
                tasks.add(task(id, grammar.example(kind, i)));
            }
        }
        return tasks;
    }

    /**
     * An example as a task to judge by.
     *
     * @throws IllegalArgumentException if the example, a well-known function, has no arguments
     */
    public static Task task(String id, Example example) {
        return new Task(
                id,
                example.kind(),
                example.prompt(),
                example.suffix(),
                example.answer(),
                check(example));
    }

    private static Check check(Example example) {
        GeneratedFunction function = example.function();
        if (example.kind() == TaskKind.UNIT_TEST) {
            return new KillsMutants(
                    function.code(), example.mutants(), TaskGrammar.testName(function));
        }
        return new SameResults(
                function.code(),
                example.arguments().stream()
                        .map(arguments -> function.name() + "(" + arguments + ")")
                        .toList());
    }
}
