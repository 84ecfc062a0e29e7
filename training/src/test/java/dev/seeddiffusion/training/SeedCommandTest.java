package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.corpus.Corpus;
import dev.seeddiffusion.training.corpus.HeldOut;
import dev.seeddiffusion.training.corpus.SourceFunction;
import dev.seeddiffusion.training.data.TokenFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedCommandTest {
    private static final int FUNCTIONS = 300;

    @TempDir Path folder;

    @Test
    void a_corpus_becomes_token_files_without_its_held_out_functions() throws IOException {
        Path corpus = corpus();
        Path model = folder.resolve("model");
        Path data = folder.resolve("data");

        assertThat(run("tokenizer", "--corpus", corpus, "--vocabulary", 400, "--out", model))
                .isZero();
        assertThat(
                        run(
                                "prepare",
                                "--corpus",
                                corpus,
                                "--tokenizer",
                                model,
                                "--tasks",
                                50,
                                "--max-tokens",
                                5000,
                                "--out",
                                data))
                .isZero();

        HeldOut heldOut = new HeldOut(HeldOut.DEFAULT_SHARE);
        List<SourceFunction> kept = new ArrayList<>();
        new Corpus(List.of(data.resolve("held-out.jsonl"))).forEach(kept::add);
        assertThat(kept).isNotEmpty().allMatch(heldOut::contains);
        try (CodeTokenizer tokenizer = CodeTokenizer.open(model);
                TokenFile train = open(data, "train.tokens", tokenizer);
                TokenFile tasks = open(data, "tasks.tokens", tokenizer);
                TokenFile whole = open(data, "whole.tokens", tokenizer)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(400);
            assertThat(train.documents()).isEqualTo(FUNCTIONS - kept.size());
            assertThat(tasks.documents()).isEqualTo(50);
            assertThat(tokenizer.decode(train.document(1))).isEqualTo(function(1).code());
            assertThat(train.given(1)).isEqualTo(1);
            assertThat(shareWithPrompt(train)).isBetween(0.05, 0.2);
            assertThat(shareWithPrompt(tasks)).isEqualTo(1);
            assertThat(shareWithPrompt(whole)).as("all but completions").isEqualTo(33 / 50.0);
            for (int i = 0; i < 50; i++) {
                assertThat(tokenizer.decode(whole.document(i)))
                        .as("the same tasks")
                        .isEqualTo(tokenizer.decode(tasks.document(i)));
            }
        }
        assertThat(data).isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
    }

    @Test
    void what_a_user_can_mend_is_told_in_one_line() {
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true));
        try {
            assertThat(run("prepare", "--corpus", "nowhere", "--tokenizer", "x", "--out", folder))
                    .isEqualTo(1);
        } finally {
            System.setErr(before);
        }
        assertThat(errors.toString().strip()).endsWith("nowhere: no such file or folder");
        assertThat(errors.toString().lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer", "prepare"})
    void every_command_explains_itself_with_an_example(String command) {
        PrintStream before = System.out;
        ByteArrayOutputStream help = new ByteArrayOutputStream();
        System.setOut(new PrintStream(help, true));
        try {
            assertThat(run(command, "--help")).isZero();
        } finally {
            System.setOut(before);
        }
        assertThat(help.toString()).contains("Example:", "--corpus", "--out");
    }

    /** Of documents that give more than their beginning. */
    private static double shareWithPrompt(TokenFile file) {
        return IntStream.range(0, file.documents()).filter(i -> file.given(i) > 1).count()
                / (double) file.documents();
    }

    private static TokenFile open(Path data, String name, CodeTokenizer tokenizer)
            throws IOException {
        return TokenFile.open(data.resolve(name), tokenizer.digest());
    }

    private Path corpus() throws IOException {
        List<String> lines =
                IntStream.range(0, FUNCTIONS)
                        .mapToObj(i -> Corpus.toJsonLine(function(i)))
                        .toList();
        return Files.write(folder.resolve("functions.jsonl"), lines);
    }

    private static SourceFunction function(int i) {
        return new SourceFunction("s", "f", "", "def f(x):\n    return x + " + i + "\n");
    }

    private static int run(Object... arguments) {
        return SeedCommand.run(
                IntStream.range(0, arguments.length)
                        .mapToObj(i -> arguments[i].toString())
                        .toArray(String[]::new));
    }
}
