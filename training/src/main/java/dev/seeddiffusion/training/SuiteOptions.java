package dev.seeddiffusion.training;

import dev.seeddiffusion.training.suite.Benchmarks;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.NanoSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Which tasks are asked. */
final class SuiteOptions {
    private static final int DEFAULT_TASKS = 500;

    @Option(
            names = "--suite",
            defaultValue = "NANO",
            description = {
                "${COMPLETION-CANDIDATES}.",
                "NANO: tasks of our own making that no training has seen;",
                "FUNCTIONS: held-out functions of the corpus, judged without tests."
            })
    private Suite suite = Suite.NANO;

    @Option(
            names = "--benchmarks",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder with the files of the published suites.")
    private @Nullable Path benchmarks;

    @Option(
            names = "--data",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder that prepare wrote, for FUNCTIONS.")
    private @Nullable Path data;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description = "How many, for NANO of each kind; if not given, 500, or all published.")
    private @Nullable Integer count;

    @Option(
            names = "--skip",
            defaultValue = "0",
            paramLabel = "N",
            description = "Leave out the first N, such as those that settings were chosen on.")
    private int skipped;

    /** What a model can be judged by. */
    enum Suite {
        NANO,
        HUMANEVAL,
        MBPP,
        HUMANEVALFIX,
        INFILLING,
        FUNCTIONS
    }

    Suite suite() {
        return suite;
    }

    /** What the results depend on. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("suite", suite.name().toLowerCase());
        settings.put("split", suite == Suite.FUNCTIONS ? "held-out" : "test");
        settings.put("skipped_tasks", skipped);
        return settings;
    }

    /**
     * @param loaded whose context functions must fit into; null for all functions
     */
    List<Task> tasks(FunctionTasks functions, @Nullable LoadedModel loaded) throws IOException {
        int most = count != null ? count : DEFAULT_TASKS;
        return switch (suite) {
            case NANO -> {
                try (Interpreter interpreter = Interpreter.start()) {
                    yield NanoSuite.tasks(interpreter, skipped, most);
                }
            }
            case HUMANEVAL -> part(published().humanEval());
            case MBPP -> part(published().mbpp());
            case HUMANEVALFIX -> part(published().humanEvalFix());
            case INFILLING -> part(published().infilling());
            case FUNCTIONS ->
                    functions.read(
                            given(data, "--data").resolve(PrepareCommand.HELD_OUT_FILE),
                            skipped,
                            most,
                            loaded);
        };
    }

    private Benchmarks published() {
        return new Benchmarks(given(benchmarks, "--benchmarks"));
    }

    private List<Task> part(List<Task> tasks) {
        int from = Math.min(skipped, tasks.size());
        int to = count == null ? tasks.size() : Math.min(from + count, tasks.size());
        return tasks.subList(from, to);
    }

    private Path given(@Nullable Path folder, String option) {
        if (folder == null) {
            throw new IllegalArgumentException(
                    "The suite %s is read from a folder: give %s.".formatted(suite, option));
        }
        return folder;
    }
}
