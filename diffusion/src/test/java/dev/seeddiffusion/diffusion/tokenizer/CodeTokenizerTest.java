package dev.seeddiffusion.diffusion.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeTokenizerTest {
    @TempDir Path folder;
    private Path file;
    private CodeTokenizer tokenizer;

    @BeforeEach
    void train() throws IOException {
        file = folder.resolve("tokenizer.json");
        new BpeTrainer(300).train(Texts.FUNCTIONS.stream(), file);
        tokenizer = CodeTokenizer.open(folder);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void knows_its_special_tokens_by_name() {
        assertThat(tokenizer.documentEnd()).isZero();
        assertThat(tokenizer.mask()).isEqualTo(1);
        assertThat(tokenizer.infilling()).contains(new SpecialTokens.Infilling(2, 3));
        assertThat(tokenizer.vocabularySize()).isEqualTo(300);
        assertThat(tokenizer.bytes(tokenizer.mask())).isEmpty();
        assertThat(tokenizer.decode(new int[] {0, 1, 2, 3, 4 + 'x', 0})).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<|mask|>",
                "<|endoftext|>",
                "<|fim_prefix|>",
                "<|fim_suffix|>",
                "a<|mask|>b<|endoftext|>\n",
                "<|MASK|>"
            })
    void text_that_spells_a_special_token_is_plain_text(String text) {
        int[] ids = tokenizer.encode(text);

        assertThat(ids).doesNotContain(0, 1, 2, 3);
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void decoding_gives_the_encoded_text_back(long seed) {
        String text = Texts.random(seed, 300);

        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }

    static IntStream seeds() {
        return IntStream.range(0, 50);
    }

    @Test
    void nothing_is_added_and_nothing_cut_off() {
        assertThat(tokenizer.encode("")).isEmpty();
        assertThat(tokenizer.encode("7".repeat(20_000))).hasSize(20_000).containsOnly(4 + '7');
    }

    @Test
    void an_unpaired_surrogate_counts_as_a_question_mark() {
        assertThat(tokenizer.decode(tokenizer.encode("a\ud83d"))).isEqualTo("a?");
        assertThat(tokenizer.decode(tokenizer.encode("\udd80b"))).isEqualTo("?b");
    }

    @Test
    void broken_utf8_becomes_the_replacement_character() {
        int firstByteOfEuro = 4 + 0xE2;

        assertThat(tokenizer.decode(new int[] {firstByteOfEuro, 4 + 'a'})).isEqualTo("\ufffda");
    }

    @Test
    void the_digest_is_that_of_the_file() throws IOException {
        String before = tokenizer.digest();
        Files.writeString(file, Files.readString(file) + "\n");

        try (CodeTokenizer changed = CodeTokenizer.open(file)) {
            assertThat(before).matches("[0-9a-f]{64}");
            assertThat(changed.digest()).isNotEqualTo(before);
        }
    }

    @Test
    void special_ids_can_be_given_beyond_the_vocabulary() {
        try (CodeTokenizer given = CodeTokenizer.open(file, new SpecialTokens(0, 510, null))) {
            assertThat(given.mask()).isEqualTo(510);
            assertThat(given.vocabularySize()).isEqualTo(511);
            assertThat(given.bytes(505)).isEmpty();
            assertThat(given.infilling()).isEmpty();
        }
    }

    @Test
    void special_ids_that_are_not_different_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SpecialTokens(0, 1, new SpecialTokens.Infilling(2, 1)))
                .withMessageContaining("different ids");
    }

    @Test
    void many_threads_may_encode_at_once() {
        String text = Texts.random(1, 500);
        int[] alone = tokenizer.encode(text);

        List<int[]> together =
                IntStream.range(0, 64).parallel().mapToObj(i -> tokenizer.encode(text)).toList();

        assertThat(together).allSatisfy(ids -> assertThat(ids).isEqualTo(alone));
    }

    @Test
    void a_missing_file_is_named() {
        assertThatThrownBy(() -> CodeTokenizer.open(folder.resolve("none.json")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("none.json");
    }

    @Test
    void a_vocabulary_without_mask_is_told_what_to_do() throws IOException {
        assertRefused("<|mask|>", "<|hole|>", "added_tokens has no <|mask|>");
    }

    @Test
    void another_kind_of_model_is_refused() throws IOException {
        assertRefused("\"type\": \"BPE\"", "\"type\": \"Unigram\"", "model.type is Unigram");
        assertRefused("ByteLevel", "Metaspace", "pre_tokenizer");
    }

    @Test
    void an_id_out_of_all_bounds_is_refused() throws IOException {
        assertRefused("\"id\": 1,", "\"id\": 2147483647,", "2147483647");
        assertRefused("\"id\": 1,", "\"id\": -1,", "-1");
    }

    @Test
    void half_a_file_is_refused() throws IOException {
        String json = Files.readString(file);
        Files.writeString(file, json.substring(0, json.length() / 2));

        assertThatThrownBy(() -> CodeTokenizer.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file.toString());
    }

    private void assertRefused(String found, String replacement, String message)
            throws IOException {
        String json = Files.readString(file);
        assertThat(json).contains(found);
        Path changed = folder.resolve("changed.json");
        Files.write(changed, json.replace(found, replacement).getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> CodeTokenizer.open(changed))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("changed.json")
                .hasMessageContaining(message);
    }
}
