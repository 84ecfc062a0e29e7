package dev.seeddiffusion.training.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlterationTest {

    private final FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);

    @Test
    void both_functions_of_an_alteration_run_and_nearly_always_differ_in_what_they_give()
            throws Exception {
        List<Alteration> alterations =
                IntStream.range(0, 1_000).mapToObj(grammar::alteration).toList();
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        for (Alteration alteration : alterations) {
            for (int variant = 0; variant < SampleCalls.VARIANTS; variant++) {
                GeneratedFunction function = alteration.renamed();
                before.add(SampleCalls.of(function, alteration.before().code(), "(", variant));
                after.add(SampleCalls.of(function, function.code(), "(", variant));
            }
        }

        List<String> resultsBefore = Python.results(before);
        List<String> resultsAfter = Python.results(after);

        assertThat(resultsBefore).noneMatch(AlterationTest::isMistake);
        assertThat(resultsAfter).noneMatch(AlterationTest::isMistake);
        int variants = SampleCalls.VARIANTS;
        long different =
                IntStream.range(0, alterations.size())
                        .filter(
                                i ->
                                        !resultsBefore
                                                .subList(i * variants, (i + 1) * variants)
                                                .equals(
                                                        resultsAfter.subList(
                                                                i * variants, (i + 1) * variants)))
                        .count();
        assertThat(different).isGreaterThan(alterations.size() * 8 / 10);
    }

    /** Other than what a function may raise, such as a division by zero. */
    private static boolean isMistake(String result) {
        return result.contains("NameError")
                || result.contains("SyntaxError")
                || result.contains("IndentationError")
                || result.contains("TypeError")
                || result.contains("AttributeError");
    }

    @Test
    void an_alteration_changes_one_operation_and_says_which() {
        for (int i = 0; i < 3_000; i++) {
            Alteration alteration = grammar.alteration(i);
            GeneratedFunction before = alteration.before();
            GeneratedFunction after = alteration.renamed();

            assertThat(after.name()).isEqualTo(before.name());
            assertThat(signature(after)).isEqualTo(signature(before));
            assertThat(after.parameterTypes()).isEqualTo(before.parameterTypes());
            assertThat(after.body()).isEqualTo(alteration.after().body());
            assertThat(alteration.instruction()).isNotBlank().doesNotContain("$").endsWith(".");
            assertThat(alteration.buggyCode()).startsWith(alteration.after().prompt());
            assertThat(differingCompositions(before, after)).isEqualTo(1);
            assertThat(after.body()).isNotEqualTo(before.body());
        }
    }

    @Test
    void no_altered_report_repeats_a_part() {
        int reports = 0;
        for (int i = 0; i < 10_000; i++) {
            List<Composition> parts = grammar.alteration(i).after().compositions();
            assertThat(parts).doesNotHaveDuplicates();
            reports += parts.size() > 1 ? 1 : 0;
        }
        assertThat(reports).isGreaterThan(1_000);
    }

    @Test
    void an_instruction_names_only_parameters_of_its_function() {
        List<Pattern> phrases =
                GrammarEntry.read("pipelines.txt").stream()
                        .flatMap(entry -> Stream.of(entry.get("are"), entry.get("its")))
                        .filter(phrase -> phrase.contains("$"))
                        .map(phrase -> Pattern.compile(phrase.replaceAll("\\$[a-z]+", "(\\\\w+)")))
                        .toList();
        int named = 0;
        for (int i = 0; i < 10_000; i++) {
            Alteration alteration = grammar.alteration(i);
            for (Pattern phrase : phrases) {
                Matcher matcher = phrase.matcher(alteration.instruction());
                while (matcher.find()) {
                    assertThat(parameters(alteration.before()))
                            .as(alteration.instruction())
                            .contains(matcher.group(1));
                    named++;
                }
            }
        }
        assertThat(named).isGreaterThan(500);
    }

    private static List<String> parameters(GeneratedFunction function) {
        String signature = signature(function);
        return Arrays.stream(signature.substring(signature.indexOf('(') + 1).split(", "))
                .map(parameter -> parameter.split(":")[0])
                .toList();
    }

    /** Without the result's type, which may change. */
    private static String signature(GeneratedFunction function) {
        return function.prompt().split("\\)( ->|:)", 2)[0];
    }

    /** How many compositions are not the same; fails if one differs in more than an operation. */
    private static int differingCompositions(GeneratedFunction before, GeneratedFunction after) {
        assertThat(after.compositions()).hasSameSizeAs(before.compositions());
        int differing = 0;
        for (int i = 0; i < after.compositions().size(); i++) {
            List<String> one = new ArrayList<>(before.compositions().get(i).operations());
            List<String> other = new ArrayList<>(after.compositions().get(i).operations());
            if (!one.equals(other)) {
                differing++;
                after.compositions().get(i).operations().forEach(one::remove);
                before.compositions().get(i).operations().forEach(other::remove);
                assertThat(one).hasSizeLessThanOrEqualTo(1);
                assertThat(other).hasSizeLessThanOrEqualTo(1);
            }
        }
        return differing;
    }
}
