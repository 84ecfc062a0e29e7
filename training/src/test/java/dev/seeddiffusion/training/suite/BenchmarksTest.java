package dev.seeddiffusion.training.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.training.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Problems of our own, in the formats of the published suites. */
class BenchmarksTest {
    private static final String PROMPT =
            "from typing import List\\n\\n\\ndef total(xs: List[int]) -> int:\\n"
                    + "    \\\"\\\"\\\" Add up.\\n    \\\"\\\"\\\"\\n";
    private static final String CHECK =
            "def check(candidate):\\n    assert candidate([1, 2]) == 3\\n";

    @TempDir private Path folder;
    private Benchmarks benchmarks;

    @BeforeEach
    void write() throws IOException {
        benchmarks = new Benchmarks(folder);
        write(
                "HumanEval.jsonl",
                "{'task_id': 'A', 'entry_point': 'total', 'prompt': '%s', 'test': '%s',"
                        + " 'canonical_solution': '    return sum(xs)\\n'}",
                PROMPT,
                CHECK);
        write(
                "HumanEval-SingleLineInfilling.jsonl",
                "{'task_id': 'B', 'entry_point': 'total', 'prompt': '%s', 'test': '%s',"
                        + " 'suffix': '    return y\\n', 'canonical_solution': '    y = sum(xs)\\n'}",
                PROMPT,
                CHECK);
        write(
                "humanevalpack-python.jsonl",
                "{'task_id': 'C', 'entry_point': 'total', 'prompt': '%s', 'test':"
                        + " '%s\\ncheck(total)', 'buggy_solution': '    return max(xs)\\n',"
                        + " 'canonical_solution': '    return sum(xs)\\n'}",
                PROMPT,
                CHECK);
        write(
                "sanitized-mbpp.json",
                "[{'task_id': 7, 'prompt': 'Write a function to halve.', 'test_imports': [], "
                        + "'code': 'import sys\\ndef two():\\n  return 2\\ndef half (x, by=0):\\n"
                        + "  return x / two()', 'test_list': ['assert half(4) == 2',"
                        + " 'assert sys and half(2) == 1']}]");
    }

    private void write(String name, String format, Object... texts) throws IOException {
        Files.writeString(folder.resolve(name), format.replace('\'', '"').formatted(texts) + "\n");
    }

    @Test
    void right_answers_pass_and_emptied_ones_do_not() throws Exception {
        Sandbox sandbox = Sandbox.open();
        assertThat(benchmarks.all()).hasSize(4);
        for (Task task : benchmarks.all()) {
            assertThat(task.judge(task.answer(), sandbox)).as(task.toString()).isEqualTo(1);
            assertThat(task.judge(Task.emptied(task.kind()), sandbox)).as(task.id()).isZero();
        }
    }

    @Test
    void a_fix_is_asked_for_as_our_own_tasks_ask_for_it() throws Exception {
        Task task = benchmarks.humanEvalFix().getFirst();
        assertThat(task.kind()).isEqualTo(TaskKind.EDIT);
        assertThat(task.prompt()).endsWith("    return max(xs)\n\n# Fix the bug in total.\n");
    }

    @Test
    void a_fix_need_not_write_the_imports_again() throws Exception {
        Task task = benchmarks.humanEvalFix().getFirst();
        String function = task.answer().substring(task.answer().indexOf("def "));
        assertThat(task.judge(function, Sandbox.open())).isEqualTo(1);
    }

    @Test
    void a_sentence_becomes_the_stub_of_the_function_that_is_tested() throws Exception {
        Task task = benchmarks.mbpp().getFirst();
        assertThat(task.prompt())
                .isEqualTo(
                        """
                        def half(x, by=0):
                            \"""
                            Write a function to halve.

                            assert half(4) == 2
                            \"""
                        """);
        assertThat(task.judge("    return x / 2\n", Sandbox.open())).isEqualTo(1);
    }

    @Test
    void a_missing_file_is_named() {
        Benchmarks elsewhere = new Benchmarks(folder.resolve("none"));
        for (IoCall call :
                List.<IoCall>of(elsewhere::humanEval, elsewhere::mbpp, elsewhere::infilling)) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("none");
        }
    }

    private interface IoCall {
        List<Task> run() throws IOException;
    }
}
