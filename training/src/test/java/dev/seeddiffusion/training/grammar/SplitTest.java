package dev.seeddiffusion.training.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

    @Test
    void no_composition_is_both_trained_on_and_judged_by() {
        Set<Composition> trained = compositions(Split.TRAIN);
        Set<Composition> judged = compositions(Split.TEST);

        assertThat(trained).hasSizeGreaterThan(2_000).allMatch(c -> c.split() == Split.TRAIN);
        assertThat(judged).hasSizeGreaterThan(500).allMatch(c -> c.split() == Split.TEST);
        assertThat(trained).doesNotContainAnyElementsOf(judged);
    }

    private static Set<Composition> compositions(Split split) {
        FunctionGrammar grammar = new FunctionGrammar(9, split);
        Set<Composition> compositions = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            compositions.addAll(grammar.function(i).compositions());
            compositions.addAll(grammar.composedFunction(i).compositions());
            Alteration alteration = grammar.alteration(i);
            compositions.addAll(alteration.before().compositions());
            compositions.addAll(alteration.after().compositions());
        }
        return compositions;
    }

    @Test
    void the_order_of_filters_makes_no_other_composition() {
        Pipeline one = Pipelines.of(List.of("numbers", "even", "positive", "square", "sum"));
        Pipeline other = Pipelines.of(List.of("numbers", "positive", "even", "square", "sum"));

        assertThat(other.compositions()).isEqualTo(one.compositions());
        assertThat(other).isNotEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"any", "none"})
    void twins_whose_condition_and_filter_change_places_fall_into_the_same_part(String test) {
        Pipeline one = Pipelines.of(List.of("numbers", "even", "positive", test));
        Pipeline other = Pipelines.of(List.of("numbers", "positive", "even", test));

        assertThat(one).isNotEqualTo(other);
        assertThat(one.compositions()).isEqualTo(other.compositions());
        assertThat(one.isOf(Split.TRAIN)).isEqualTo(other.isOf(Split.TRAIN));
    }

    @Test
    void all_positive_ones_being_even_is_not_all_even_ones_being_positive() {
        assertThat(Pipelines.of(List.of("numbers", "even", "positive", "all")).compositions())
                .isNotEqualTo(
                        Pipelines.of(List.of("numbers", "positive", "even", "all")).compositions());
    }

    @Test
    void one_composition_in_eight_is_judged_by_and_which_never_changes() {
        PipelineGrammar pipelines = PipelineGrammar.load();
        Random random = new Random(3);
        Set<Composition> all = new HashSet<>();
        while (all.size() < 4_000) {
            all.addAll(pipelines.pipeline(random).compositions());
        }
        long judged = all.stream().filter(c -> c.split() == Split.TEST).count();

        assertThat(judged).isBetween(395L, 605L); // 500, five standard errors
        assertThat(
                        IntStream.range(0, 60)
                                .filter(
                                        i ->
                                                new Composition(List.of("f" + i)).split()
                                                        == Split.TEST)
                                .boxed())
                .containsExactly(34, 42, 51); // as first released
    }
}
