package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.PassesTests;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteRunnerTest {
    private static final Map<String, Object> SETTINGS = Map.of("suite", "sums");

    private static final List<Task> TASKS = IntStream.range(0, 6).mapToObj(i -> sum(i)).toList();

    private static Sandbox sandbox;

    private final AtomicInteger asked = new AtomicInteger();

    /** Is right about even numbers, and says what it cost. */
    private final Answers evenOnes =
            (task, output) -> {
                asked.incrementAndGet();
                boolean even = Integer.parseInt(task.id()) % 2 == 0;
                String text = even ? task.answer() : Task.emptied(task.kind());
                return new Answer(text, 10 * (output + 1), 4, 3, 1);
            };

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandbox.open();
    }

    private static Task sum(int i) {
        return new Task(
                String.valueOf(i),
                i < 3 ? TaskKind.COMPLETION : TaskKind.EDIT,
                "def plus_%d(x):\n".formatted(i),
                null,
                (i < 3 ? "" : "def plus_%d(x):\n".formatted(i))
                        + "    return x + %d\n".formatted(i),
                new PassesTests("", "assert plus_%d(1) == %d".formatted(i, i + 1)));
    }

    @Test
    void results_are_in_the_order_of_the_tasks() throws Exception {
        List<TaskResult> results = new SuiteRunner(evenOnes, sandbox, 1, 3).run(TASKS, null);
        assertThat(results)
                .extracting(TaskResult::id)
                .containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(results)
                .extracting(result -> result.samples().getFirst().passes())
                .containsExactly(true, false, true, false, true, false);
    }

    @Test
    void figures_are_those_of_all_kinds_and_of_each() throws Exception {
        Map<String, Object> figures =
                SuiteFigures.of(new SuiteRunner(evenOnes, sandbox, 2, 2).run(TASKS, null));
        assertThat(figures)
                .containsEntry("tasks", 6)
                .containsEntry("pass_at_1", 0.5)
                .containsEntry("score", 0.5)
                // 12 outputs of 10, 20 … 120 tokens, 4 forwards and 3 steps each
                .containsEntry("tokens_per_forward", 780 / 48.0)
                .containsEntry("tokens_per_task", 65.0)
                .containsEntry("steps_per_task", 3.0)
                .containsEntry("pass_at_k", Map.of(1, 0.5, 2, 0.5));
        assertThat(figures.get("by_kind"))
                .asInstanceOf(MAP)
                .extractingByKey("completion", MAP)
                .containsEntry("tasks", 3)
                .containsEntry("pass_at_1", 0.6667);
        assertThat(figures.get("long_outputs")).asInstanceOf(MAP).containsEntry("tasks", 7);
    }

    @Test
    void an_interrupted_run_is_continued(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("results.jsonl");
        SuiteRunner runner = new SuiteRunner(evenOnes, sandbox, 1, 1);
        List<TaskResult> whole;
        try (ResultsFile results = ResultsFile.open(file, SETTINGS)) {
            runner.run(TASKS.subList(0, 2), results);
        }
        Files.writeString(file, "{\"id\":\"2\",\"ki", StandardOpenOption.APPEND);
        asked.set(0);
        try (ResultsFile results = ResultsFile.open(file, SETTINGS)) {
            whole = runner.run(TASKS, results);
        }
        assertThat(asked).hasValue(4);
        assertThat(whole).isEqualTo(runner.run(TASKS, null));
        assertThat(Files.readAllLines(file)).hasSize(1 + 6);
    }

    @Test
    void results_of_other_settings_are_not_continued(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("results.jsonl");
        ResultsFile.open(file, SETTINGS).close();
        assertThatThrownBy(() -> ResultsFile.open(file, Map.of("suite", "products")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("{\"suite\":\"sums\"}, not {\"suite\":\"products\"}");
    }

    @Test
    void who_cannot_answer_ends_the_run() {
        Answers failing =
                (_, _) -> {
                    throw new IOException("no such host");
                };
        assertThatThrownBy(() -> new SuiteRunner(failing, sandbox, 1, 2).run(TASKS, null))
                .isInstanceOf(IOException.class)
                .hasMessage("no such host");
    }
}
