package dev.seeddiffusion.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.GeneratedFunction;
import dev.seeddiffusion.training.grammar.Split;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoleTest {

    private static final int FUNCTIONS = 5_000;

    private final FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);

    @Test
    void the_pieces_make_the_text_again_and_the_hole_is_not_empty() {
        for (int i = 0; i < FUNCTIONS; i++) {
            GeneratedFunction function = grammar.function(i);
            Hole hole = hole(function, i);

            assertThat(hole.before() + hole.middle() + hole.after()).isEqualTo(function.code());
            assertThat(hole.middle()).isNotEmpty();
            assertThat(hole.before()).startsWith(function.prompt());
        }
    }

    @Test
    void a_hole_is_one_to_four_whole_lines_or_a_part_of_one() {
        int wholeLines = 0;
        Set<Long> lineCounts = new HashSet<>();
        for (int i = 0; i < FUNCTIONS; i++) {
            Hole hole = hole(grammar.function(i), i);
            if (hole.middle().endsWith("\n")) {
                wholeLines++;
                lineCounts.add(hole.middle().lines().count());
                assertThat(hole.before()).endsWith("\n");
            } else {
                assertThat(hole.middle()).doesNotContain("\n");
                assertThat(hole.after()).as("the rest of the line").contains("\n");
            }
        }
        assertThat(lineCounts).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        // Six in ten, and the lines that have no part to take out.
        assertThat(wholeLines / (double) FUNCTIONS).isBetween(0.57, 0.75);
    }

    @Test
    void a_part_of_a_line_begins_and_ends_at_the_edge_of_a_word() {
        for (int i = 0; i < FUNCTIONS; i++) {
            Hole hole = hole(grammar.function(i), i);
            if (!hole.middle().endsWith("\n")) {
                assertThat(splitsWord(hole.before(), hole.middle())).as("%s", hole).isFalse();
                assertThat(splitsWord(hole.middle(), hole.after())).as("%s", hole).isFalse();
            }
        }
    }

    @Test
    void equal_chance_gives_equal_holes_and_other_chance_others() {
        GeneratedFunction function = grammar.function(3);
        Set<Hole> holes = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            assertThat(hole(function, seed)).isEqualTo(hole(function, seed));
            holes.add(hole(function, seed));
        }
        assertThat(holes).hasSizeGreaterThan(2);
    }

    @Test
    void a_text_of_one_line_may_be_taken_out_whole() {
        assertThat(Hole.of("+\n", 0, new Random(1))).isEqualTo(new Hole("", "+\n", ""));
    }

    private static Hole hole(GeneratedFunction function, long seed) {
        return Hole.of(function.code(), function.prompt().length(), new Random(seed));
    }

    private static boolean splitsWord(String left, String right) {
        return isWord(left.charAt(left.length() - 1)) && isWord(right.charAt(0));
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
