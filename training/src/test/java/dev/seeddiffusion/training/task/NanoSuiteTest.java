package dev.seeddiffusion.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.grammar.Composition;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NanoSuiteTest {
    private static final int TASKS = 25;

    private static Interpreter interpreter;
    private static Sandbox sandbox;
    private static List<Task> tasks;

    @BeforeAll
    static void open() throws Exception {
        interpreter = Interpreter.start();
        sandbox = Sandbox.open();
        tasks = NanoSuite.tasks(interpreter, 0, TASKS);
    }

    @AfterAll
    static void close() {
        interpreter.close();
    }

    @ParameterizedTest
    @EnumSource
    void right_answers_pass(TaskKind kind) throws Exception {
        List<Task> ofKind = tasks.stream().filter(task -> task.kind() == kind).toList();
        assertThat(ofKind).hasSize(TASKS);
        for (Task task : ofKind) {
            assertThat(task.judge(task.answer(), sandbox)).as(task.toString()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void emptied_answers_fail(TaskKind kind) throws Exception {
        for (Task task : tasks) {
            if (task.kind() == kind) {
                assertThat(task.judge(Task.emptied(kind), sandbox)).as(task.toString()).isZero();
            }
        }
    }

    @Test
    void it_is_the_same_each_time_and_in_parts() throws Exception {
        List<Task> later = NanoSuite.tasks(interpreter, 20, 5);
        assertThat(later).isEqualTo(tasks.subList(20 * 4, 25 * 4));
    }

    @ParameterizedTest
    @EnumSource
    void it_is_made_of_compositions_that_are_never_trained_on(TaskKind kind) throws Exception {
        for (Split split : Split.values()) {
            TaskGrammar grammar = new TaskGrammar(1, split, interpreter);
            for (int i = 0; i < 100; i++) {
                assertThat(grammar.example(kind, i).function().compositions())
                        .extracting(Composition::split)
                        .containsOnly(split);
            }
        }
    }
}
