package dev.seeddiffusion.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    private static final SourceFunction ADD =
            new SourceFunction("p", "add", "Add <ä>.", "def add(a, b):\n    return a + b\n");
    private static final SourceFunction ONE =
            new SourceFunction("q", "one", "", "def one():\n    return 1\n");

    @TempDir Path folder;

    @Test
    void reads_json_lines_in_order_plain_or_compressed() throws IOException {
        String lines = Corpus.toJsonLine(ADD) + "\n\n" + Corpus.toJsonLine(ONE) + "\n";
        Path plain = Files.writeString(folder.resolve("a.jsonl"), lines);
        Path compressed = folder.resolve("b.jsonl.zst");
        try (OutputStream out =
                new ZstdOutputStream(Files.newOutputStream(compressed)).setLong(27)) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(read(plain, compressed)).containsExactly(ADD, ONE, ADD, ONE);
    }

    @Test
    void a_malformed_line_is_named_by_file_and_number() throws IOException {
        String good = Corpus.toJsonLine(ADD) + "\n";
        Path broken = Files.writeString(folder.resolve("a.jsonl"), good + "{\"code\": \n");
        Path without = Files.writeString(folder.resolve("b.jsonl"), good + good + "{\"doc\":\"\"}");

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> read(broken))
                .withMessageContaining("a.jsonl:2: expected one JSON object a line");
        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> read(without))
                .withMessageContaining("b.jsonl:3: expected a JSON object with the key \"code\"");
    }

    @Test
    void a_damaged_archive_is_named() throws IOException {
        Path archive = Files.write(folder.resolve("a.jsonl.zst"), new byte[] {1, 2, 3, 4, 5});

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> read(archive))
                .withMessageContaining("a.jsonl.zst: cannot be read after line 0");
    }

    @Test
    void a_missing_path_and_an_unknown_kind_are_refused_at_once() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "x");

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> new Corpus(List.of(folder.resolve("nowhere"))))
                .withMessageContaining("nowhere: no such file or folder");
        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> new Corpus(List.of(text)))
                .withMessageContaining("notes.txt: a corpus is a folder");
    }

    @Test
    void finds_functions_and_methods_in_a_folder_of_sources() throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        Files.writeString(
                folder.resolve("sub/code.py"),
                """
                import os

                @wraps(
                    os)
                def outer(
                    a,
                ):
                    '''Doc
                unindented.'''
                    def inner():
                        return a

                    return inner
                # about the class
                class Thing:
                    x = 1

                    async def method(self):

                        # says one
                        return 1

                y = 2
                """);
        Files.writeString(folder.resolve("notes.txt"), "def no(): pass");
        Files.write(folder.resolve("latin.py"), new byte[] {(byte) 0xE4});

        List<SourceFunction> functions = read(folder);

        assertThat(functions)
                .containsExactly(
                        new SourceFunction(
                                "sub/code.py",
                                "outer",
                                "Doc\nunindented.",
                                """
                                @wraps(
                                    os)
                                def outer(
                                    a,
                                ):
                                    '''Doc
                                unindented.'''
                                    def inner():
                                        return a

                                    return inner
                                """),
                        new SourceFunction(
                                "sub/code.py",
                                "method",
                                "",
                                """
                                async def method(self):

                                    # says one
                                    return 1
                                """));
    }

    private static List<SourceFunction> read(Path... paths) {
        List<SourceFunction> functions = new ArrayList<>();
        new Corpus(List.of(paths)).forEach(functions::add);
        return functions;
    }
}
