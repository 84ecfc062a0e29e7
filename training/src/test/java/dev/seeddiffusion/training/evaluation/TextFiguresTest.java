package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFiguresTest {

    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "flaw,lawn,2", "abc,abc,0", "abc,'',3", "abc,xyz,3"})
    void similarity_counts_insertions_deletions_and_substitutions(String a, String b, int edits) {
        double expected = 1 - (double) edits / Math.max(a.length(), b.length());
        assertThat(TextFigures.editSimilarity(a, b)).isCloseTo(expected, within(1e-12));
        assertThat(TextFigures.editSimilarity(b, a)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void two_empty_texts_are_equal() {
        assertThat(TextFigures.editSimilarity("", "")).isEqualTo(1);
    }

    @Test
    void repetition_is_the_share_of_runs_of_four_that_came_before() {
        assertThat(TextFigures.repetition("a b c d e f g")).isZero();
        // abcd bcda cdab dabc abcd: the last of five is the first again
        assertThat(TextFigures.repetition("a b c d a b c d")).isEqualTo(0.2);
        assertThat(TextFigures.repetition("x = x + 1")).isZero();
        assertThat(TextFigures.repetition("a b c")).isZero();
    }
}
