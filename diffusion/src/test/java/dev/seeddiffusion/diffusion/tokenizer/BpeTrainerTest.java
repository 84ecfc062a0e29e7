package dev.seeddiffusion.diffusion.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BpeTrainerTest {
    @TempDir Path folder;

    @Test
    void the_ids_are_specials_then_bytes_then_merges() throws IOException {
        Path file = train(300, Texts.FUNCTIONS.stream());

        JsonObject vocabulary = model(file).getAsJsonObject("vocab");
        assertThat(vocabulary.size()).isEqualTo(300);
        assertThat(vocabulary.get("<|endoftext|>").getAsInt()).isZero();
        assertThat(vocabulary.get("<|mask|>").getAsInt()).isEqualTo(1);
        assertThat(vocabulary.get("<|fim_prefix|>").getAsInt()).isEqualTo(2);
        assertThat(vocabulary.get("<|fim_suffix|>").getAsInt()).isEqualTo(3);
        assertThat(vocabulary.get("A").getAsInt()).isEqualTo(4 + 'A');
        assertThat(vocabulary.get("Ġ").getAsInt()).isEqualTo(4 + ' ');
    }

    @Test
    void merges_the_most_frequent_pair_first_and_the_older_tokens_on_a_tie() throws IOException {
        // ab occurs 3 times; then ab+c, x+y and z+w twice each, and ab is the youngest token.
        Path file = train(400, Stream.of("abc 1abc 1ab 1xy1xy 1zw1zw"));

        assertThat(merges(file)).containsExactly("a b", "x y", "z w", "ab c");
    }

    @Test
    void counts_follow_merges_that_take_or_bring_pairs() throws IOException {
        String text = String.join("1", Texts.FUNCTIONS).repeat(2);

        Path file = train(600, Stream.of(text));

        assertThat(merges(file)).isEqualTo(mergesByRecounting(text, merges(file).size()));
    }

    @Test
    void equal_texts_in_another_order_give_the_same_file() throws IOException {
        Path one = train(400, Texts.FUNCTIONS.stream());
        byte[] first = Files.readAllBytes(one);

        Path other = train(400, Texts.FUNCTIONS.reversed().stream());

        assertThat(Files.readAllBytes(other)).isEqualTo(first);
    }

    @Test
    void stops_early_when_no_pair_occurs_twice() throws IOException {
        int written = new BpeTrainer(1000).train(Stream.of("abab"), folder.resolve("t.json"));

        assertThat(written).isEqualTo(BpeTrainer.SMALLEST_VOCABULARY + 1);
    }

    @Test
    void refuses_a_vocabulary_without_room_for_the_bytes() {
        assertThatThrownBy(() -> new BpeTrainer(259))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("259")
                .hasMessageContaining("260 or more");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void the_library_cuts_text_where_training_did(long seed) throws IOException {
        String text = Texts.random(seed, 200);
        Path file = train(1000, Stream.of(text, text));

        // With every merge learned, each pretoken that occurs twice is one token.
        try (CodeTokenizer tokenizer = CodeTokenizer.open(file)) {
            List<String> tokens =
                    IntStream.of(tokenizer.encode(text))
                            .mapToObj(id -> tokenizer.decode(new int[] {id}))
                            .toList();
            assertThat(tokens).isEqualTo(pretokens(text));
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 50);
    }

    private Path train(int vocabulary, Stream<String> texts) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        new BpeTrainer(vocabulary).train(texts, file);
        return file;
    }

    private static List<String> pretokens(String text) {
        List<String> pretokens = new ArrayList<>();
        for (Matcher matcher = Pretokens.PATTERN.matcher(text); matcher.find(); ) {
            pretokens.add(matcher.group());
        }
        return pretokens;
    }

    /** The same merges by their definition: all pairs counted anew before each. */
    private static List<String> mergesByRecounting(String text, int merges) {
        List<List<String>> words = new ArrayList<>();
        for (String pretoken : pretokens(text)) {
            String symbols = ByteAlphabet.symbols(pretoken.getBytes(StandardCharsets.UTF_8));
            words.add(List.of(symbols.split("")));
        }
        List<String> vocabulary = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            vocabulary.add(ByteAlphabet.symbols(new byte[] {(byte) value}));
        }
        List<String> learned = new ArrayList<>();
        while (learned.size() < merges) {
            Map<List<String>, Long> counts = new HashMap<>();
            for (List<String> word : words) {
                for (int i = 1; i < word.size(); i++) {
                    counts.merge(word.subList(i - 1, i + 1), 1L, Long::sum);
                }
            }
            List<String> best =
                    counts.keySet().stream()
                            .min(
                                    Comparator.<List<String>>comparingLong(counts::get)
                                            .reversed()
                                            .thenComparing(p -> vocabulary.indexOf(p.get(0)))
                                            .thenComparing(p -> vocabulary.indexOf(p.get(1))))
                            .orElseThrow();
            String merged = best.get(0) + best.get(1);
            learned.add(best.get(0) + " " + best.get(1));
            if (!vocabulary.contains(merged)) {
                vocabulary.add(merged);
            }
            words.replaceAll(word -> merge(word, best, merged));
        }
        return learned;
    }

    private static List<String> merge(List<String> word, List<String> pair, String merged) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < word.size(); i++) {
            if (i + 1 < word.size() && word.subList(i, i + 2).equals(pair)) {
                result.add(merged);
                i++;
            } else {
                result.add(word.get(i));
            }
        }
        return result;
    }

    private static JsonObject model(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file))
                .getAsJsonObject()
                .getAsJsonObject("model");
    }

    private static List<String> merges(Path file) throws IOException {
        JsonArray merges = model(file).getAsJsonArray("merges");
        return merges.asList().stream().map(merge -> merge.getAsString()).toList();
    }
}
