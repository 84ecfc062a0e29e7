package dev.seeddiffusion.training.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.corpus.SourceFunction;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecontaminationTest {
    private static final String PROMPT =
            "def mean_gap(xs):\n    \"\"\"Mean of the gaps between neighbours.\"\"\"\n";
    private static final String BODY =
            "    gaps = [b - a for a, b in zip(xs, xs[1:])]\n"
                    + "    return sum(gaps) / len(gaps)\n";

    private final Decontamination decontamination =
            new Decontamination(
                    List.of(
                            new Task(
                                    "1",
                                    TaskKind.COMPLETION,
                                    PROMPT,
                                    null,
                                    BODY,
                                    new PassesTests("", ""))));

    private boolean contains(String name, String code) {
        return decontamination.contains(new SourceFunction("source", name, "", code));
    }

    @Test
    void a_solution_is_found_under_another_name_and_in_another_layout() {
        assertThat(
                        contains(
                                "f",
                                "def f(self):\n  # gaps\n  gaps = [b-a for a,b in zip(xs,  xs[1:])]\n"))
                .isTrue();
    }

    @Test
    void a_problem_is_found_by_its_name_and_docstring() {
        assertThat(
                        contains(
                                "mean_gap",
                                "def mean_gap(v):\n    '''Mean of the gaps\n    between"
                                        + " neighbours.'''\n    return 0\n"))
                .isTrue();
    }

    @Test
    void an_equal_name_or_an_equal_docstring_alone_gives_nothing_away() {
        assertThat(contains("mean_gap", "def mean_gap(xs):\n    return numpy.diff(xs).mean()\n"))
                .isFalse();
        assertThat(
                        contains(
                                "f",
                                "def f(v):\n    \"\"\"Mean of the gaps between neighbours.\"\"\"\n"
                                        + "    return 0\n"))
                .isFalse();
    }

    @Test
    void nine_words_and_signs_in_a_row_give_nothing_away() {
        assertThat(contains("f", "def f(xs):\n    gaps = [b - a for a, c in xs]\n")).isFalse();
        assertThat(contains("f", "def f(xs):\n    gaps = [b - a for a, b in xs]\n")).isTrue();
    }

    @Test
    void without_benchmarks_nothing_is_found() {
        assertThat(
                        new Decontamination(List.of())
                                .contains(new SourceFunction("", "mean_gap", "", PROMPT + BODY)))
                .isFalse();
    }
}
