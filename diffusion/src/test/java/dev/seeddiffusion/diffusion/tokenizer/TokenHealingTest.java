package dev.seeddiffusion.diffusion.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenHealingTest {
    @TempDir static Path folder;
    private static CodeTokenizer tokenizer;
    private static TokenHealing healing;

    private static final List<String> FUNCTIONS = Texts.FUNCTIONS;

    @BeforeAll
    static void train() throws IOException {
        new BpeTrainer(700)
                .train(
                        Stream.concat(FUNCTIONS.stream(), FUNCTIONS.stream()),
                        folder.resolve("tokenizer.json"));
        tokenizer = CodeTokenizer.open(folder);
        healing = new TokenHealing(tokenizer);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @FieldSource("FUNCTIONS")
    void a_function_cut_anywhere_heals_to_the_tokens_of_the_whole(String text) {
        assertHealsAtEveryCut(text);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void any_text_cut_anywhere_heals_to_the_tokens_of_the_whole(long seed) {
        assertHealsAtEveryCut(Texts.random(seed, 60));
    }

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    private static void assertHealsAtEveryCut(String text) {
        int[] whole = tokenizer.encode(text);
        for (int cut = 0; cut <= text.length(); cut = text.offsetByCodePoints(cut, 1)) {
            String prompt = text.substring(0, cut);
            HealedPrompt healed = healing.split(prompt);
            int next = healed.head().length;

            assertThat(healed.head()).as(prompt).isEqualTo(Arrays.copyOf(whole, next));
            StringBuilder overhang = new StringBuilder();
            Utf8Assembler characters = new Utf8Assembler();
            for (byte[] tail = healed.tail(); tail.length > 0; ) {
                int token = whole[next++];
                assertThat(healing.allowed(tail)).as(prompt).contains(token);
                overhang.append(characters.append(healing.overhang(tail, token)));
                tail = healing.rest(tail, token);
            }
            for (; next < whole.length; next++) {
                overhang.append(characters.append(tokenizer.bytes(whole[next])));
            }
            assertThat(prompt + overhang + characters.flush()).isEqualTo(text);
            if (cut == text.length()) {
                return;
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void allowed_is_what_a_scan_of_the_vocabulary_finds(long seed) {
        byte[] text = Texts.random(seed, 30).getBytes(StandardCharsets.UTF_8);
        byte[] tail = Arrays.copyOfRange(text, 1, 1 + (int) (seed % 9) + 1);

        int[] scanned =
                IntStream.range(0, tokenizer.vocabularySize())
                        .filter(id -> fits(tokenizer.bytes(id), tail))
                        .toArray();

        assertThat(healing.allowed(tail)).isEqualTo(scanned).isNotEmpty();
    }

    private static boolean fits(byte[] token, byte[] tail) {
        int common = Math.min(token.length, tail.length);
        return common > 0 && Arrays.equals(token, 0, common, tail, 0, common);
    }

    @Test
    void a_bare_line_break_may_become_one_with_its_indentation() {
        HealedPrompt healed = healing.split("def is_prime(n):\n");

        assertThat(healed.tail()).isEqualTo(bytes("\n"));
        int[] lineAndIndent = tokenizer.encode("\n    ");
        assertThat(lineAndIndent).hasSize(1);
        assertThat(healing.allowed(healed.tail())).contains(lineAndIndent);
        assertThat(healing.overhang(healed.tail(), lineAndIndent[0])).isEqualTo(bytes("    "));
    }

    @Test
    void an_empty_prompt_needs_no_healing() {
        HealedPrompt healed = healing.split("");

        assertThat(healed.head()).isEmpty();
        assertThat(healed.tail()).isEmpty();
    }

    @Test
    void a_run_without_end_is_healed_at_its_end_only() {
        String prompt = "x = '" + "return".repeat(1000);

        HealedPrompt healed = healing.split(prompt);

        assertThat(healed.tail()).hasSizeBetween(1, TokenHealing.MAX_TAIL_BYTES);
        assertThat(tokenizer.decode(healed.head()) + text(healed.tail())).isEqualTo(prompt);
    }

    @Test
    void a_token_that_does_not_fit_the_tail_is_refused() {
        byte[] tail = bytes("ret");

        assertThatThrownBy(() -> healing.rest(tail, 2 + 'x'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Token " + (2 + 'x'));
        assertThatThrownBy(() -> healing.overhang(tail, tokenizer.mask()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> healing.allowed(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_tokenizer_that_cuts_text_otherwise_is_not_healed() throws IOException {
        Path other = folder.resolve("other.json");
        String json = Files.readString(folder.resolve("tokenizer.json"));
        Files.writeString(other, json.replace("|[ \\\\t]+", "|[ \\\\t]+(?!x)|[ \\\\t]+"));

        try (CodeTokenizer foreign = CodeTokenizer.open(other)) {
            HealedPrompt healed = new TokenHealing(foreign).split("return x");

            assertThat(foreign.decode(healed.head())).isEqualTo("return x");
            assertThat(healed.tail()).isEmpty();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
