package dev.seeddiffusion.training.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.training.sandbox.Sandbox;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {
    private static final String HEAD = "def double(x):\n";
    private static final String RIGHT = HEAD + "    return x + x\n";
    private static final Check SAME =
            new SameResults(RIGHT, List.of("double(3)", "double('a')", "double(None)"));

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandbox.open();
    }

    private static Task task(TaskKind kind, String prompt, @Nullable String suffix, Check check) {
        return new Task("double", kind, prompt, suffix, "", check);
    }

    private static double completed(String answer) throws Exception {
        return task(TaskKind.COMPLETION, HEAD, null, SAME).judge(answer, sandbox);
    }

    @Test
    void another_way_to_the_same_results_is_right() throws Exception {
        assertThat(completed("    if x is None: raise TypeError\n    return 2 * x\n")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    return 2 * x if x else None\n", // no exception
                "    return x + x + 0.0\n",
                "    return x\n",
                "    while True: pass\n",
                "    return (\n",
                "    import time; time.sleep(99)\n"
            })
    void other_results_are_wrong(String answer) throws Exception {
        assertThat(completed(answer)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    raise SystemExit(0)\n",
                "    import os; os._exit(0)\n",
                "    import os; os.kill(os.getpid(), 15)\n",
                "    print('1.0'); import os; os._exit(0)\n",
                "    import builtins; builtins.repr = lambda x: ''\n",
                "    import os; os.write(1, b'x 1.0'); os._exit(0)\n"
            })
    void ending_early_and_printing_are_no_way_to_pass(String answer) throws Exception {
        assertThat(completed(answer)).isZero();
    }

    @Test
    void an_exit_at_the_top_level_of_an_edit_does_not_pass() throws Exception {
        Task edit = task(TaskKind.EDIT, "", null, SAME);
        assertThat(edit.judge(RIGHT, sandbox)).isEqualTo(1);
        assertThat(edit.judge("import os\nos._exit(0)\n", sandbox)).isZero();
        assertThat(edit.judge("raise SystemExit(0)\n", sandbox)).isZero();
    }

    @Test
    void a_completion_ends_before_the_next_statement() throws Exception {
        Task task = task(TaskKind.COMPLETION, HEAD, null, SAME);
        String body = "    return (\n        x + x\n)\n\n# done\n";
        assertThat(task.candidate(body + "def other(:\n    oops\n")).isEqualTo(HEAD + body);
        assertThat(task.candidate("x = 1\n")).isEqualTo(HEAD);
        assertThat(task(TaskKind.COMPLETION, HEAD + "    ret", null, SAME).candidate("urn x + x"))
                .isEqualTo(HEAD + "    return x + x");
    }

    @Test
    void a_hole_is_filled_in_place() throws Exception {
        Task task = task(TaskKind.INFILLING, HEAD + "    return ", " + x\n", SAME);
        assertThat(task.judge("x", sandbox)).isEqualTo(1);
        assertThat(task.judge("y", sandbox)).isZero();
    }

    @Test
    void tests_score_the_share_of_mutants_that_they_kill() throws Exception {
        List<String> mutants =
                List.of(
                        HEAD + "    return x * x\n",
                        HEAD + "    return x - x\n",
                        HEAD + "    while True: pass\n");
        String head = "\n\ndef test_double():\n";
        Check check = new KillsMutants(RIGHT, mutants, "test_double");
        Task task = task(TaskKind.UNIT_TEST, RIGHT + head, null, check);
        assertThat(task.judge("    assert double(3) == 6\n", sandbox)).isEqualTo(1);
        assertThat(task.judge("    assert double(2) == 4\n", sandbox)).isEqualTo(2 / 3.0);
        assertThat(task.judge("    pass\n", sandbox)).isZero();
        assertThat(task.judge("    assert False\n", sandbox)).isZero();
        assertThat(task.judge("    assert double(3) == 7\n", sandbox)).isZero();
    }

    @Test
    void sets_are_compared_whatever_their_order() throws Exception {
        Check check = new SameResults("def f():\n    return {'a', 'b', 'c'}\n", List.of("f()"));
        Task task = task(TaskKind.COMPLETION, "def f():\n", null, check);
        assertThat(task.judge("    return {'c', 'b', 'a'}\n", sandbox)).isEqualTo(1);
    }

    @Test
    void without_anything_to_judge_by_there_is_no_check() {
        assertThatThrownBy(() -> new SameResults(RIGHT, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KillsMutants(RIGHT, List.of(), "test_double"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
