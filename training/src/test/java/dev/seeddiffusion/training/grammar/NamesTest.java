package dev.seeddiffusion.training.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamesTest {

    @Test
    void a_weight_stands_for_repetition() {
        assertThat(Names.offered("n*3, num, x*2"))
                .isEqualTo(List.of("n", "n", "n", "num", "x", "x"));
        assertThat(Names.offered("low")).isEqualTo(List.of("low"));
    }

    @Test
    void placeholders_share_no_name_and_keep_theirs() {
        for (long seed = 0; seed < 2_000; seed++) {
            Names names = new Names(List.of("$n: int"), new Choices(seed));
            String[] filled = names.fill("$n $x $a $k $x $n").split(" ");

            assertThat(List.of(filled).subList(0, 4)).doesNotHaveDuplicates();
            assertThat(filled[4]).isEqualTo(filled[1]);
            assertThat(filled[5]).isEqualTo(filled[0]);
        }
    }

    @Test
    void what_a_local_variable_is_called_follows_from_the_first_parameter() {
        Map<String, Set<String>> locals = new HashMap<>();
        for (long seed = 0; seed < 2_000; seed++) {
            Names names = new Names(List.of("$xs: list[int]", "$k: int"), new Choices(seed));
            locals.computeIfAbsent(names.parameters().getFirst(), _ -> new HashSet<>())
                    .add(names.fill("$x $total $out"));
        }

        assertThat(locals).hasSize(6);
        assertThat(locals.values()).allMatch(names -> names.size() == 1);
    }

    @Test
    void a_name_is_as_frequent_as_its_weight_says() {
        int rounds = 20_000;
        Map<String, Integer> counts = new HashMap<>();
        for (long seed = 0; seed < rounds; seed++) {
            Names names = new Names(List.of("$x"), new Choices(seed));
            counts.merge(names.parameters().getFirst(), 1, Integer::sum);
        }
        double standardError = Math.sqrt(10 / 15.0 * 5 / 15 / rounds);
        assertThat(counts.get("x") / (double) rounds)
                .isBetween(10 / 15.0 - 5 * standardError, 10 / 15.0 + 5 * standardError);
        assertThat(counts).hasSize(6);
    }
}
