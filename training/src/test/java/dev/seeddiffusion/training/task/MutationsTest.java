package dev.seeddiffusion.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.Split;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MutationsTest {

    /** The longest that one operator replaces, such as {@code .startswith(}. */
    private static final int LONGEST_PLACE = 20;

    @Test
    void a_mutant_for_each_place_that_an_operator_fits() {
        assertThat(Mutations.of("    return n % 2 == 0 and m % 2 == 0\n"))
                .containsExactlyInAnyOrder(
                        "    return n % 2 != 0 and m % 2 == 0\n",
                        "    return n % 2 == 0 and m % 2 != 0\n",
                        "    return n % 3 == 0 and m % 2 == 0\n",
                        "    return n % 2 == 0 and m % 3 == 0\n",
                        "    return n % 2 == 1 and m % 2 == 0\n",
                        "    return n % 2 == 0 and m % 2 == 1\n",
                        "    return n % 2 == 0 or m % 2 == 0\n");
    }

    @Test
    void what_an_operator_captures_is_kept() {
        assertThat(Mutations.of("    for i in range(1, n + 1):\n        print(abs(i))\n"))
                .contains(
                        "    for i in range(1, n):\n        print(abs(i))\n",
                        "    for i in range(1, n + 1):\n        print(i)\n");
    }

    @Test
    void the_in_of_a_loop_is_no_condition() {
        assertThat(Mutations.of("    for x in xs:\n        use(x in ys)\n"))
                .containsExactly("    for x in xs:\n        use(x not in ys)\n");
        assertThat(Mutations.of("    return [x for x in xs if x not in ys]\n"))
                .containsExactly("    return [x for x in xs if x in ys]\n");
    }

    @Test
    void a_body_without_any_place_has_no_mutant() {
        assertThat(Mutations.of("    return x\n")).isEmpty();
    }

    @Test
    void a_mutant_differs_from_the_body_at_one_place() {
        FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);
        for (int i = 0; i < 3_000; i++) {
            String body = grammar.function(i).body();
            List<String> mutants = Mutations.of(body);
            for (String mutant : mutants) {
                assertThat(mutant).isNotEqualTo(body);
                List<String> changed = new ArrayList<>(changedLines(body, mutant));
                assertThat(changed).hasSize(1);
                assertThat(differing(body, mutant)).isLessThanOrEqualTo(LONGEST_PLACE);
            }
        }
    }

    private static List<String> changedLines(String body, String mutant) {
        List<String> before = body.lines().toList();
        List<String> after = mutant.lines().toList();
        assertThat(after).hasSameSizeAs(before);
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).equals(after.get(i))) {
                changed.add(after.get(i));
            }
        }
        return changed;
    }

    /** Characters of the mutant between what it shares with the body at its start and its end. */
    private static int differing(String body, String mutant) {
        int shorter = Math.min(body.length(), mutant.length());
        int start = 0;
        while (start < shorter && body.charAt(start) == mutant.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start
                && body.charAt(body.length() - 1 - end)
                        == mutant.charAt(mutant.length() - 1 - end)) {
            end++;
        }
        return mutant.length() - start - end;
    }
}
