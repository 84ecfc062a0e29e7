package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonParserTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`def f(n):\\n    return n\\n`, 1",
                "`def f(n):\\n    '''Doc.'''\\n    x = 1\\n    return x\\n`, 2",
                "`@a\\nasync def f(n):\\n    '''Doc.'''\\n    for i in n:\\n        pass\\n`, 1",
                "`def f(n):\\n    '''Doc.'''\\n`, 0",
                "`def f(n):\\n    '''Doc.'''\\n    pass\\n    ...\\n    'x'\\n`, 0",
                "`x = 1\\n`, 0",
                "``, 0",
                "`def f():\\n    return 'ä\u2028'\\n`, 1",
                "`def f():\\n    pass\\ndef g():\\n    return 1\\n`, 0"
            })
    void counts_the_real_statements_of_the_first_function(String code, int statements)
            throws IOException {
        try (PythonParser parser = parser()) {
            PythonParse parse = parser.parse(code.translateEscapes());

            assertThat(parse).isEqualTo(new PythonParse(null, statements));
            assertThat(parse.hasBody()).isEqualTo(statements > 0);
        }
    }

    @Test
    void tells_where_a_text_does_not_parse_and_goes_on_with_the_next() throws IOException {
        try (PythonParser parser = parser()) {
            PythonParse broken = parser.parse("def f(n):\n    return (n\n");
            assertThat(broken.parses()).isFalse();
            assertThat(broken.error()).startsWith("line 2: ");
            assertThat(parser.parse("x = '\0'").parses()).isFalse();
            assertThat(parser.parse("(".repeat(5000) + ")".repeat(5000)).parses()).isFalse();

            assertThat(parser.parse("def f():\n    return 1\n").hasBody()).isTrue();
        }
    }

    @Test
    void executes_nothing() throws IOException {
        Path file = folder.resolve("written");
        try (PythonParser parser = parser()) {
            PythonParse parse = parser.parse("open('%s', 'w')\n".formatted(file));

            assertThat(parse.parses()).isTrue();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void a_parser_that_dies_or_hangs_costs_one_text_and_is_started_anew() throws IOException {
        Path count = folder.resolve("count");
        try (PythonParser parser = new PythonParser(script("echo >> " + count), ofMillis(5000))) {
            assertThat(parser.parse("x").error()).startsWith("the parser died");
            assertThat(parser.parse("x").error()).startsWith("the parser died");
        }
        assertThat(count).hasContent("\n\n");

        try (PythonParser parser = new PythonParser(script("exec sleep 60"), ofMillis(100))) {
            assertThat(parser.parse("x").error()).isEqualTo("no answer within 100 ms");
        }
    }

    @Test
    void without_python_the_error_says_what_to_install() {
        try (PythonParser parser = new PythonParser("no-such-python", ofMillis(1000))) {
            assertThatIOException()
                    .isThrownBy(() -> parser.parse("x = 1"))
                    .withMessageContaining("no-such-python cannot be started; install Python 3");
        }
    }

    /** A parser on real Python; the test is skipped where there is none. */
    private static PythonParser parser() {
        PythonParser parser = new PythonParser();
        try {
            parser.parse("");
        } catch (IOException e) {
            Assumptions.abort("skipped: " + e.getMessage());
        }
        return parser;
    }

    private String script(String command) throws IOException {
        Path script = Files.writeString(folder.resolve("python.sh"), "#!/bin/sh\n" + command);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    private static Duration ofMillis(int millis) {
        return Duration.ofMillis(millis);
    }
}
