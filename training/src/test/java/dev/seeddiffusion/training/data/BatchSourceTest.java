package dev.seeddiffusion.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchSourceTest {
    private static final int END = 0;

    @TempDir Path folder;
    private final List<TokenFile> files = new ArrayList<>();

    @AfterEach
    void close() {
        files.forEach(TokenFile::close);
    }

    @Test
    void a_row_is_whole_documents_with_one_end_between_and_the_last_one_cut() throws IOException {
        TokenFile file = file("5 6", "5 6", "5 6");

        Batch batch = source(1, 9, 1, file).next();

        assertThat(batch.tokens()[0]).containsExactly(END, 5, 6, END, 5, 6, END, 5, 6);
        assertThat(batch.documentIndex()[0]).containsExactly(0, 0, 0, 0, 1, 1, 1, 2, 2);
        assertThat(batch.documentStart()[0]).containsExactly(0, 0, 0, 0, 3, 3, 3, 6, 6);
    }

    @Test
    void a_row_begins_with_a_new_document_and_the_rest_of_a_cut_one_is_dropped()
            throws IOException {
        TokenFile file = file("1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9");

        Batch batch = source(2, 4, 1, file).next();

        assertThat(batch.tokens()).isEqualTo(new int[][] {{END, 1, 2, 3}, {END, 1, 2, 3}});
    }

    @Test
    void what_a_document_gives_is_given_and_its_end_is_not() throws IOException {
        TokenFile file = file("5 6 | 7", "5 6 | 7", "5 6 | 7");

        Batch batch = source(1, 11, 1, file).next();

        assertThat(batch.tokens()[0]).containsExactly(END, 5, 6, 7, END, 5, 6, 7, END, 5, 6);
        assertThat(batch.given()[0])
                .containsExactly(
                        true, true, true, false, false, true, true, false, false, true, true);
    }

    @Test
    void only_its_beginning_is_given_where_a_document_gives_nothing() throws IOException {
        Batch batch = source(1, 5, 1, file("5 6", "5 6")).next();

        assertThat(batch.given()[0]).containsExactly(true, false, false, false, false);
    }

    @Test
    void batches_after_a_seek_equal_those_of_an_undisturbed_run() throws IOException {
        TokenFile first = file(documents(1, 50));
        TokenFile second = file(documents(100, 20));
        BatchSource undisturbed = mixture(first, second);
        for (int i = 0; i < 37; i++) {
            undisturbed.next();
        }
        long state = undisturbed.state();

        BatchSource resumed = mixture(first, second);
        resumed.next();
        resumed.seek(state);

        for (int i = 0; i < 100; i++) {
            assertThat(resumed.next()).usingRecursiveComparison().isEqualTo(undisturbed.next());
        }
    }

    @Test
    void every_epoch_holds_every_document_once_in_another_order() throws IOException {
        BatchSource source = source(1, 2, 1, file(documents(1, 64)));

        List<Integer> first = draw(source, 64);
        List<Integer> second = draw(source, 64);

        assertThat(first).doesNotHaveDuplicates().hasSize(64);
        assertThat(second).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
    }

    @Test
    void another_seed_gives_another_order() throws IOException {
        TokenFile file = file(documents(1, 64));

        assertThat(draw(source(1, 2, 1, file), 64)).isNotEqualTo(draw(source(1, 2, 2, file), 64));
    }

    @Test
    void files_are_mixed_by_their_share_of_tokens() throws IOException {
        TokenFile one = file("1 1 1 1 1 1 1 1"); // ten tokens with its ends
        TokenFile two = file("2 2 2");
        TokenFile three = file("3 3 3");
        BatchSource source =
                new BatchSource(
                        List.of(
                                new BatchSource.Share(one, 0.5),
                                new BatchSource.Share(two, 0.3),
                                new BatchSource.Share(three, 0.2)),
                        1,
                        2,
                        3);

        Map<Integer, Integer> draws = new HashMap<>();
        draw(source, 15_000).forEach(token -> draws.merge(token, 1, Integer::sum));

        // 0.5/10 : 0.3/5 : 0.2/5 documents
        assertThat(draws.get(1)).isBetween(4_998, 5_002);
        assertThat(draws.get(2)).isBetween(5_998, 6_002);
        assertThat(draws.get(3)).isBetween(3_998, 4_002);
    }

    @Test
    void an_empty_file_and_a_weight_of_0_are_refused() throws IOException {
        TokenFile empty = file();
        TokenFile file = file("1");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> source(1, 4, 1, empty))
                .withMessageContaining("0 documents");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchSource(List.of(new BatchSource.Share(file, 0)), 1, 4, 1))
                .withMessageContaining("weight 0.0");
    }

    /** With two tokens a row, each row shows the first token of one document. */
    private static List<Integer> draw(BatchSource source, int rows) {
        return IntStream.range(0, rows).mapToObj(_ -> source.next().tokens()[0][1]).toList();
    }

    private static String[] documents(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(i -> (i + " ").repeat(i % 4) + "| " + (i + " ").repeat(1 + i % 7))
                .toArray(String[]::new);
    }

    private static BatchSource mixture(TokenFile first, TokenFile second) {
        return new BatchSource(
                List.of(new BatchSource.Share(first, 0.8), new BatchSource.Share(second, 0.2)),
                3,
                16,
                5);
    }

    private static BatchSource source(int rows, int rowTokens, long seed, TokenFile file) {
        return new BatchSource(List.of(new BatchSource.Share(file, 1)), rows, rowTokens, seed);
    }

    private TokenFile file(String... documents) throws IOException {
        Path path = folder.resolve(files.size() + ".tokens");
        TokenFiles.write(path, END, documents);
        TokenFile file = TokenFile.open(path, "digest");
        files.add(file);
        return file;
    }
}
