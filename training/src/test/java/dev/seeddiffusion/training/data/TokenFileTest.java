package dev.seeddiffusion.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
    private static final int END = 7;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(ints = {300, 65_536, 65_537, 200_000})
    void gives_back_the_documents_in_the_order_they_came(int vocabulary) throws IOException {
        Path path = folder.resolve("train.tokens");
        int highest = vocabulary - 1;
        try (TokenFileBuilder builder = builder(path, vocabulary, 1000)) {
            for (int i = 0; i < 3000; i++) {
                builder.add(TokenFiles.document(i % 200 + " " + highest));
            }
            builder.add(TokenFiles.document(""));
            builder.finish();
        }

        try (TokenFile file = TokenFile.open(path, "digest")) {
            assertThat(file.documents()).isEqualTo(3001);
            assertThat(file.tokens()).isEqualTo(3000 * 4 + 2);
            assertThat(file.length(2999)).isEqualTo(4);
            assertThat(file.document(2999)).containsExactly(END, 2999 % 200, highest, END);
            assertThat(file.document(3000)).containsExactly(END, END);
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> file.document(3001));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 65_537})
    void gives_back_how_much_of_each_document_is_only_given(int vocabulary) throws IOException {
        Path path = folder.resolve("train.tokens");
        try (TokenFileBuilder builder = builder(path, vocabulary, 5)) {
            builder.add(TokenFiles.document("1 2 3"));
            builder.add(TokenFiles.document("1 2 | 3"));
            builder.add(TokenFiles.document("1 2 | 3 4"));
            builder.add(TokenFiles.document("1 | 3"));
            builder.finish();
        }

        try (TokenFile file = TokenFile.open(path, "digest")) {
            assertThat(file.document(1)).containsExactly(END, 1, 2, 3, END);
            assertThat(file.given(0)).as("the document's beginning").isEqualTo(1);
            assertThat(file.given(1)).isEqualTo(3);
            assertThat(file.given(2)).isEqualTo(2);
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> file.given(3));
        }
    }

    @Test
    void there_may_be_more_documents_than_a_table_begins_with() throws IOException {
        Path path = folder.resolve("train.tokens");
        int documents = 140_001;
        try (TokenFileBuilder builder = builder(path, 300, 9)) {
            for (int i = 0; i < documents; i++) {
                builder.add(TokenFiles.document(i % 2 == 0 ? "1" : "1 | " + i % 256));
            }
            builder.finish();
        }

        try (TokenFile file = TokenFile.open(path, "digest")) {
            assertThat(file.documents()).isEqualTo(documents);
            for (int i = 1; i < documents; i += 2) {
                assertThat(file.document(i)).containsExactly(END, 1, i % 256, END);
                assertThat(file.given(i)).isEqualTo(2);
                assertThat(file.given(i - 1)).isEqualTo(1);
            }
        }
    }

    @Test
    void leaves_out_documents_that_are_too_long_and_counts_them() throws IOException {
        Path path = folder.resolve("train.tokens");
        try (TokenFileBuilder builder = builder(path, 100, 4)) {
            builder.add(TokenFiles.document("1 2"));
            builder.add(TokenFiles.document("1 2 3"));
            builder.add(TokenFiles.document("3"));
            builder.finish();

            assertThat(builder.leftOut()).isEqualTo(1);
            assertThat(builder.documents()).isEqualTo(2);
            assertThat(builder.tokens()).isEqualTo(4 + 3);
        }
        try (TokenFile file = TokenFile.open(path, "digest")) {
            assertThat(file.document(1)).containsExactly(END, 3, END);
        }
    }

    @Test
    void appears_only_when_it_is_complete() throws IOException {
        Path path = folder.resolve("train.tokens");
        try (TokenFileBuilder builder = builder(path, 100, 10)) {
            builder.add(TokenFiles.document("1"));
        }

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void another_tokenizer_is_refused_with_what_to_do() throws IOException {
        Path path = write("1 2 3");

        assertThatExceptionOfType(TokenFileException.class)
                .isThrownBy(() -> TokenFile.open(path, "other"))
                .withMessageContaining("train.tokens")
                .withMessageContaining("delete the file and prepare the corpus again");
    }

    @Test
    void a_truncated_file_an_alien_one_and_another_version_are_refused() throws IOException {
        Path truncated = write("1 2 3");
        try (RandomAccessFile file = new RandomAccessFile(truncated.toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }
        assertThatExceptionOfType(TokenFileException.class)
                .isThrownBy(() -> TokenFile.open(truncated, "digest"))
                .withMessageContaining("damaged or truncated");

        Path alien = Files.writeString(folder.resolve("alien"), "hello");
        assertThatExceptionOfType(TokenFileException.class)
                .isThrownBy(() -> TokenFile.open(alien, "digest"))
                .withMessageContaining("alien: not a token file");

        Path later = write("1");
        try (RandomAccessFile file = new RandomAccessFile(later.toFile(), "rw")) {
            file.seek(8);
            file.write(99);
        }
        assertThatExceptionOfType(TokenFileException.class)
                .isThrownBy(() -> TokenFile.open(later, "digest"))
                .withMessageContaining("version 99");
    }

    private Path write(String... documents) throws IOException {
        Path path = folder.resolve("train.tokens");
        TokenFiles.write(path, END, documents);
        return path;
    }

    private static TokenFileBuilder builder(Path path, int vocabulary, int maxTokens)
            throws IOException {
        return new TokenFileBuilder(path, TokenFiles.encoder(END), vocabulary, "digest", maxTokens);
    }
}
