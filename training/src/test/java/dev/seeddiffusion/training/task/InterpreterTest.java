package dev.seeddiffusion.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterpreterTest {

    private Interpreter interpreter;

    @BeforeEach
    void start() throws IOException {
        interpreter = Interpreters.start();
    }

    @AfterEach
    void close() {
        interpreter.close();
    }

    @Test
    void results_are_written_as_python_writes_them() throws IOException {
        assertThat(call("return x", "1", "'it\\'s ä'", "[1.5, None]", "{'a': True}", "()"))
                .containsExactly("1", "\"it's ä\"", "[1.5, None]", "{'a': True}", "()");
    }

    @Test
    void sets_are_written_in_one_order_in_every_process() throws IOException {
        String words = "{'pear', 'fig', 'apple', 'plum', 'date'}";
        String expected = "{'apple', 'date', 'fig', 'pear', 'plum'}";

        assertThat(call("return x", words, "set()")).containsExactly(expected, "set()");
        try (Interpreter other = Interpreters.start()) {
            assertThat(other.call("def f(x):\n    return x\n", "f", List.of(words)))
                    .containsExactly(expected);
        }
    }

    @Test
    void an_exception_is_a_result_and_the_next_call_goes_on() throws IOException {
        assertThat(call("return 1 // x", "0", "'a'", "2"))
                .containsExactly("!ZeroDivisionError", "!TypeError", "0");
    }

    @Test
    void a_call_that_does_not_end_is_given_up_even_if_it_catches_exceptions() throws IOException {
        String stubborn =
                """
                while x:
                        try:
                            x += 1
                        except Exception:
                            pass
                    return x""";

        assertThat(call(stubborn, "1", "0")).containsExactly("!Timeout", "0");
    }

    @Test
    void functions_do_not_see_those_before_them() throws IOException {
        interpreter.call("def helper():\n    return 1\n", "helper", List.of(""));

        assertThat(call("return helper()", "1")).containsExactly("!NameError");
    }

    @Test
    void a_function_that_kills_python_is_named() {
        assertThatIOException()
                .isThrownBy(() -> call("import os; os._exit(1)", "1"))
                .withMessageContaining("os._exit(1)");
    }

    private List<String> call(String body, String... arguments) throws IOException {
        return interpreter.call("def f(x):\n    " + body + "\n", "f", List.of(arguments));
    }
}
