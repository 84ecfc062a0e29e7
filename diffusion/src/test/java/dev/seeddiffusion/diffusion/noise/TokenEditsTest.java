package dev.seeddiffusion.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TokenEditsTest {

    private static final int END = 0;
    private static final int MASK = 1;
    private static final int VOCABULARY = 1_000;
    private static final int ROUNDS = 20_000;
    private static final Set<EditOperation> ALL = EnumSet.allOf(EditOperation.class);

    @ParameterizedTest(name = "{0} tokens at {1}")
    @CsvSource({"10, 0.3", "30, 0.7", "64, 0.05", "7, 1", "40, 1", "64, 0"})
    void the_number_of_operations_is_a_tenth_of_n_times_t_rounded_by_chance(int tokens, double t) {
        double mean = tokens * 0.1 * t;
        TokenEdits insertions = edits(EnumSet.of(EditOperation.INSERTION));
        RandomGenerator random = new SplittableRandom(1);
        double sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int operations = edited(insertions, tokens, t, random).size() - tokens;
            assertThat((double) operations).isBetween(Math.floor(mean), Math.ceil(mean));
            sum += operations;
        }
        double up = mean - Math.floor(mean);
        double standardError = Math.sqrt(up * (1 - up) / ROUNDS);
        assertThat(sum / ROUNDS).isCloseTo(mean, within(5 * standardError + 1e-9));
    }

    @Test
    void each_kind_of_operation_is_as_frequent() {
        RandomGenerator random = new SplittableRandom(2);
        int[] byLength = new int[3];
        for (int i = 0; i < ROUNDS; i++) {
            byLength[edited(edits(ALL), 10, 1, random).size() - 9]++; // exactly one operation
        }
        double standardError = Math.sqrt(1 / 3.0 * 2 / 3 / ROUNDS);
        for (int count : byLength) {
            assertThat((double) count / ROUNDS).isCloseTo(1 / 3.0, within(5 * standardError));
        }
    }

    @Test
    void the_text_ends_up_as_many_edits_away_at_most_and_rarely_where_it_was() {
        RandomGenerator random = new SplittableRandom(3);
        int rounds = 2_000;
        int unchanged = 0;
        for (int i = 0; i < rounds; i++) {
            List<Integer> edited = edited(edits(ALL), 40, 1, random);
            int distance = levenshtein(text(40), edited);
            assertThat(distance).isLessThanOrEqualTo(4);
            unchanged += distance == 0 ? 1 : 0;
        }
        assertThat(unchanged).isLessThan(rounds / 100);
    }

    @Test
    void substitution_alone_keeps_length_and_alignment() {
        RandomGenerator random = new SplittableRandom(4);
        TokenEdits substitutions = edits(EnumSet.of(EditOperation.SUBSTITUTION));
        int changed = 0;
        for (int i = 0; i < 2_000; i++) {
            List<Integer> edited = edited(substitutions, 40, 1, random);
            assertThat(edited).hasSize(40);
            int differing =
                    (int)
                            IntStream.range(0, 40)
                                    .filter(at -> !edited.get(at).equals(text(40).get(at)))
                                    .count();
            assertThat(differing).isLessThanOrEqualTo(4);
            changed += differing;
        }
        assertThat(changed).isGreaterThan(2_000 * 3);
    }

    @ParameterizedTest
    @EnumSource(
            value = EditOperation.class,
            names = {"INSERTION", "SUBSTITUTION"})
    void no_mask_and_no_document_end_ever_comes_in(EditOperation operation) {
        RandomGenerator random = new SplittableRandom(5);
        TokenEdits edits = new TokenEdits(MASK, END, 5, EnumSet.of(operation));
        for (int i = 0; i < 5_000; i++) {
            List<Integer> text = new ArrayList<>(List.of(3, 3, 3, 3, 3, 3, 3, 3, 3, 3));
            edits.apply(text, 1, new int[] {END, 4}, random);
            assertThat(text).allMatch(token -> token >= 2 && token < 5);
        }
    }

    @Test
    void half_of_what_comes_in_is_from_the_text() {
        RandomGenerator random = new SplittableRandom(6);
        TokenEdits insertions =
                new TokenEdits(MASK, END, 1_000_000, EnumSet.of(EditOperation.INSERTION));
        int own = 0;
        for (int i = 0; i < ROUNDS; i++) {
            List<Integer> text = new ArrayList<>(List.of(9, 9, 9, 9, 9, 9, 9, 9, 9, 9));
            insertions.apply(text, 1, new int[] {7}, random);
            own += text.contains(7) ? 1 : 0;
        }
        assertThat((double) own / ROUNDS).isCloseTo(0.5, within(5 * Math.sqrt(0.25 / ROUNDS)));
    }

    private static TokenEdits edits(Set<EditOperation> operations) {
        return new TokenEdits(MASK, END, VOCABULARY, operations);
    }

    private static List<Integer> edited(
            TokenEdits edits, int tokens, double t, RandomGenerator random) {
        List<Integer> text = new ArrayList<>(text(tokens));
        edits.apply(text, t, text.stream().mapToInt(Integer::intValue).toArray(), random);
        return text;
    }

    private static List<Integer> text(int tokens) {
        return IntStream.range(10, 10 + tokens).boxed().toList();
    }

    private static int levenshtein(List<Integer> a, List<Integer> b) {
        int[] above = IntStream.rangeClosed(0, b.size()).toArray();
        for (int i = 1; i <= a.size(); i++) {
            int[] row = new int[b.size() + 1];
            row[0] = i;
            for (int j = 1; j <= b.size(); j++) {
                int substituted = above[j - 1] + (a.get(i - 1).equals(b.get(j - 1)) ? 0 : 1);
                row[j] = Math.min(substituted, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.size()];
    }
}
