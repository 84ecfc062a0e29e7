package dev.seeddiffusion.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.grammar.GeneratedFunction;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TaskGrammarTest {

    private static final int TASKS = 150;

    private static Interpreter interpreter;

    @BeforeAll
    static void start() throws IOException {
        interpreter = Interpreters.start();
    }

    @AfterAll
    static void close() {
        if (interpreter != null) {
            interpreter.close();
        }
    }

    static Stream<Arguments> kindsAndSplits() {
        return Stream.of(TaskKind.values())
                .flatMap(kind -> Stream.of(Split.values()).map(split -> Arguments.of(kind, split)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndSplits")
    void task_i_depends_on_seed_split_kind_and_i_alone(TaskKind kind, Split split)
            throws IOException {
        TaskGrammar grammar = new TaskGrammar(1, split, interpreter);
        Example task = grammar.example(kind, 17);
        grammar.example(TaskKind.COMPLETION, 3);

        assertThat(grammar.example(kind, 17)).isEqualTo(task);
        assertThat(grammar.example(kind, 18)).isNotEqualTo(task);
        assertThat(new TaskGrammar(2, split, interpreter).example(kind, 17)).isNotEqualTo(task);
        try (Interpreter other = Interpreters.start()) {
            assertThat(new TaskGrammar(1, split, other).example(kind, 17)).isEqualTo(task);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSplits")
    void tasks_are_of_their_kind_and_split_and_make_a_document(TaskKind kind, Split split)
            throws IOException {
        for (Example task : tasks(kind, split)) {
            assertThat(task.kind()).isEqualTo(kind);
            assertThat(task.function().compositions())
                    .allMatch(composition -> composition.split() == split);
            assertThat(task.answer()).isNotEmpty();
            assertThat(task.suffix() != null).isEqualTo(kind == TaskKind.INFILLING);
            assertThat(task.mutants().isEmpty()).isEqualTo(kind != TaskKind.UNIT_TEST);
            assertThat(task.document().prompt()).isEqualTo(task.prompt());
            assertThat(task.document().text()).isEqualTo(task.answer());
            assertThat(task.document().suffix()).isEqualTo(task.suffix());
        }
    }

    @ParameterizedTest
    @EnumSource(TaskKind.class)
    void the_right_functions_results_differ_over_the_arguments(TaskKind kind) throws IOException {
        for (Example task : tasks(kind, Split.TEST)) {
            List<String> results = results(task, task.function().code());

            assertThat(task.arguments()).hasSizeGreaterThanOrEqualTo(5).doesNotHaveDuplicates();
            assertThat(results).allMatch(result -> !result.startsWith("!"), "is no exception");
            for (String result : results) {
                assertThat(3 * Collections.frequency(results, result))
                        .isLessThanOrEqualTo(2 * results.size());
            }
        }
    }

    @Test
    void only_well_known_functions_of_the_training_have_no_arguments() throws IOException {
        for (TaskKind kind : List.of(TaskKind.COMPLETION, TaskKind.INFILLING)) {
            for (Example task : tasks(kind, Split.TRAIN)) {
                boolean wellKnown =
                        task.function().compositions().getFirst().operations().size() == 1;
                assertThat(task.arguments().isEmpty()).isEqualTo(wellKnown);
            }
        }
    }

    @Test
    void a_completion_is_the_body_after_signature_and_docstring() throws IOException {
        for (Example task : tasks(TaskKind.COMPLETION, Split.TRAIN)) {
            assertThat(task.prompt()).isEqualTo(task.function().prompt());
            assertThat(task.answer()).isEqualTo(task.function().body());
        }
    }

    @Test
    void an_infilling_is_a_hole_in_the_body() throws IOException {
        for (Example task : tasks(TaskKind.INFILLING, Split.TRAIN)) {
            assertThat(task.prompt() + task.answer() + task.suffix())
                    .isEqualTo(task.function().code());
            assertThat(task.prompt()).startsWith(task.function().prompt());
        }
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void what_is_to_be_edited_gives_another_result_than_the_answer(Split split) throws IOException {
        for (Example task : tasks(TaskKind.EDIT, split)) {
            int instruction = task.prompt().lastIndexOf("\n# ");
            String wrong = task.prompt().substring(0, instruction);

            assertThat(task.prompt().substring(instruction)).matches("\n# [A-Z].*\\.\n");
            assertThat(task.answer()).isEqualTo(task.function().code());
            assertThat(wrong).contains("def " + task.function().name() + "(");
            assertThat(results(task, wrong)).isNotEqualTo(results(task, task.answer()));
        }
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void the_assertions_of_a_unit_test_pass_on_the_function(Split split) throws IOException {
        for (Example task : tasks(TaskKind.UNIT_TEST, split)) {
            GeneratedFunction function = task.function();
            assertThat(task.answer().lines())
                    .hasSize(4)
                    .allMatch(line -> line.startsWith("    assert " + function.name() + "("));
            assertThat(task.prompt())
                    .isEqualTo(function.code() + "\n\ndef test_" + function.name() + "():\n");
            assertThat(
                            interpreter.call(
                                    task.prompt() + task.answer(),
                                    "test_" + function.name(),
                                    List.of("")))
                    .containsExactly("None");
        }
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void each_mutant_of_a_unit_test_is_killed_by_some_argument(Split split) throws IOException {
        for (Example task : tasks(TaskKind.UNIT_TEST, split)) {
            List<String> results = results(task, task.function().code());
            assertThat(task.mutants()).hasSizeBetween(1, 5).doesNotHaveDuplicates();
            for (String mutant : task.mutants()) {
                assertThat(mutant).startsWith(task.function().prompt());
                assertThat(results(task, mutant)).isNotEqualTo(results);
            }
        }
    }

    private static List<Example> tasks(TaskKind kind, Split split) throws IOException {
        TaskGrammar grammar = new TaskGrammar(3, split, interpreter);
        List<Example> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(grammar.example(kind, i));
        }
        return tasks;
    }

    private static List<String> results(Example task, String code) throws IOException {
        return interpreter.call(code, task.function().name(), task.arguments());
    }
}
