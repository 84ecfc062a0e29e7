package dev.seeddiffusion.training.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FunctionGrammarTest {
    private final FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);

    @Test
    void function_i_depends_on_the_seed_the_split_and_i_alone() {
        GeneratedFunction later = new FunctionGrammar(1, Split.TRAIN).function(17);
        grammar.function(3);

        assertThat(grammar.function(17)).isEqualTo(later);
        assertThat(new FunctionGrammar(2, Split.TRAIN).function(17)).isNotEqualTo(later);
        assertThat(new FunctionGrammar(1, Split.TEST).function(17)).isNotEqualTo(later);
    }

    @Test
    void tens_of_thousands_of_functions_differ() {
        Set<String> codes = new HashSet<>();
        Set<List<Composition>> tasks = new HashSet<>();
        for (int i = 0; i < 60_000; i++) {
            GeneratedFunction function = grammar.function(i);
            codes.add(function.code());
            tasks.add(function.compositions());
        }

        assertThat(codes).hasSizeGreaterThan(45_000);
        assertThat(tasks).hasSizeGreaterThan(2_000);
    }

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
        Pipeline one = pipeline(List.of("numbers", "even", "positive", "square", "sum"));
        Pipeline other = pipeline(List.of("numbers", "positive", "even", "square", "sum"));

        assertThat(other.compositions()).isEqualTo(one.compositions());
        assertThat(other).isNotEqualTo(one);
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

    @Test
    void every_well_known_function_of_the_split_comes_up() {
        Set<Composition> seen = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            seen.addAll(grammar.function(i).compositions());
        }

        for (Classic classic : Classic.all()) {
            assertThat(seen.containsAll(classic.compositions()))
                    .as("%s", classic.compositions())
                    .isEqualTo(classic.isOf(Split.TRAIN));
        }
    }

    @Test
    void layout_is_four_spaces_and_one_newline_at_the_end() {
        for (int i = 0; i < 5_000; i++) {
            String code = grammar.function(i).code();

            assertThat(code).endsWith("\n").doesNotEndWith("\n\n").doesNotContain("\t", "$");
            assertThat(code.lines().skip(1))
                    .allMatch(line -> line.isEmpty() || line.matches("( {4})+\\S.*"), code);
        }
    }

    @Test
    void a_sample_parses_as_one_function_with_docstring_and_body() throws Exception {
        List<String> codes =
                IntStream.range(0, 300).mapToObj(i -> grammar.function(i).code()).toList();

        List<String> answers =
                Python.run(
                        """
                        import ast
                        def answer(code):
                            [function] = ast.parse(code).body
                            return ast.get_docstring(function) is not None \
                                and len(function.body) > 1
                        """,
                        codes);

        assertThat(answers).hasSize(300).containsOnly("True");
    }

    @Test
    void every_body_of_every_well_known_function_passes_its_tests() throws Exception {
        List<String> calls = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (Classic classic : Classic.all()) {
            for (String body : classic.bodies()) {
                GeneratedFunction function = classic.write(body, new Choices(calls.size()));
                for (String test : classic.tests()) {
                    String[] argumentsAndResult = test.split(" -> ");
                    calls.add(call(function.code(), function.name(), argumentsAndResult[0]));
                    expected.add(argumentsAndResult[1]);
                }
            }
        }

        assertThat(differences(calls, expected, run(calls))).isEmpty();
    }

    @Test
    void all_styles_of_a_composition_give_the_same_result() throws Exception {
        PipelineGrammar pipelines = PipelineGrammar.load();
        Random random = new Random(5);
        List<String> calls = new ArrayList<>();
        List<Integer> compositions = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            Pipeline pipeline = pipelines.pipeline(random);
            Choices choices = new Choices(i);
            Names names = new Names(choices);
            List<String> parameters = pipeline.parameters().stream().map(names::fill).toList();
            PipelineBody body = new PipelineBody(pipeline, names, choices);
            for (PipelineBody.Style style : body.styles()) {
                for (int variant = 0; variant < 2; variant++) {
                    calls.add(call(pipeline, parameters, body.write(style), variant));
                    compositions.add(2 * i + variant);
                }
            }
        }

        List<String> results = run(calls);

        Map<Integer, String> first = new TreeMap<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            expected.add(first.computeIfAbsent(compositions.get(i), _ -> "") + "");
            if (expected.getLast().isEmpty()) {
                first.put(compositions.get(i), results.get(i));
                expected.set(i, results.get(i));
            }
        }
        assertThat(differences(calls, expected, results)).isEmpty();
        assertThat(results).noneMatch(result -> result.contains("Error"));
    }

    @Test
    void compositions_give_known_answers() throws Exception {
        Map<List<String>, List<String>> known =
                Map.of(
                        List.of("numbers", "even", "square", "sum"),
                        List.of("[1, 2, 3, 4]", "20"),
                        List.of("numbers", "odd", "positive", "count"),
                        List.of("[1, -3, 4, 5]", "2"),
                        List.of("range", "multiple", "list"),
                        List.of("9, 3", "[3, 6, 9]"),
                        List.of("digits", "maximum"),
                        List.of("4719", "9"),
                        List.of("words", "long", "upper", "joined"),
                        List.of("['to', 'be', 'sure'], 2", "'SURE'"),
                        List.of("sentence", "length", "average"),
                        List.of("'a bcd'", "2.0"),
                        List.of("characters", "vowel", "concatenated"),
                        List.of("'Education'", "'Euaio'"),
                        List.of("values", "negative", "any"),
                        List.of("{'a': 3, 'b': -1}", "True"),
                        List.of("keys", "starting", "first"),
                        List.of("{'a': 3, 'ba': 1}, 'b'", "'ba'"));
        List<String> calls = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        known.forEach(
                (operations, argumentsAndResult) -> {
                    GeneratedFunction function = pipeline(operations).write(new Choices(1));
                    assertThat(function.compositions().getFirst().operations())
                            .containsExactlyInAnyOrderElementsOf(operations);
                    calls.add(call(function.code(), function.name(), argumentsAndResult.get(0)));
                    expected.add(argumentsAndResult.get(1));
                });

        assertThat(differences(calls, expected, run(calls))).isEmpty();
    }

    @Test
    void a_report_has_a_figure_for_each_of_its_parts() throws Exception {
        List<GeneratedFunction> reports =
                IntStream.range(0, 3_000)
                        .mapToObj(grammar::composedFunction)
                        .filter(function -> function.compositions().size() > 1)
                        .toList();
        List<String> calls = reports.stream().map(f -> sampleCall(f, f.code(), "len(", 0)).toList();
        List<String> expected =
                reports.stream().map(f -> String.valueOf(f.compositions().size())).toList();

        assertThat(reports).hasSizeGreaterThan(400);
        assertThat(differences(calls, expected, run(calls))).isEmpty();
    }

    @Test
    void both_functions_of_an_alteration_run_and_nearly_always_differ_in_what_they_give()
            throws Exception {
        List<Alteration> alterations =
                IntStream.range(0, 1_000).mapToObj(grammar::alteration).toList();
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        for (Alteration alteration : alterations) {
            for (int variant = 0; variant < SAMPLES.get("int").size(); variant++) {
                GeneratedFunction function = alteration.renamed();
                before.add(sampleCall(function, alteration.before().code(), "(", variant));
                after.add(sampleCall(function, function.code(), "(", variant));
            }
        }

        List<String> resultsBefore = run(before);
        List<String> resultsAfter = run(after);

        assertThat(resultsBefore).noneMatch(FunctionGrammarTest::isMistake);
        assertThat(resultsAfter).noneMatch(FunctionGrammarTest::isMistake);
        int variants = before.size() / alterations.size();
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
            assertThat(alteration.instruction().split("\\W+"))
                    .as("names of %s in %s", PLACEHOLDER_NAMES, before.prompt())
                    .filteredOn(PLACEHOLDER_NAMES::contains)
                    .allMatch(word -> signature(before).matches(".*\\b" + word + "\\b.*"));
            assertThat(differingCompositions(before, after)).isEqualTo(1);
            assertThat(after.body()).isNotEqualTo(before.body());
        }
    }

    /** What the parameters of filters and maps may be called. */
    private static final Set<String> PLACEHOLDER_NAMES =
            Set.of("k", "limit", "threshold", "bound", "m", "divisor", "t", "pattern", "target");

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

    private static final Map<String, List<String>> SAMPLES =
            Map.of(
                    "int", List.of("40", "3", "7"),
                    "list[int]",
                            List.of("[3, -2, 0, 8, 15, 8, -7, 42]", "[5, 6, -9]", "[10, -21, 12]"),
                    "str", List.of("'Hello wide World 2x level'", "'e'", "'Anna sees'"),
                    "list[str]",
                            List.of(
                                    "['pear', '', 'Fig', ' eve ', 'level', 'pie']",
                                    "['a', 'Anna', 'lemonade']",
                                    "['Tree', 'pe', 'peel']"),
                    "dict[str, int]",
                            List.of(
                                    "{'pear': 3, '': -2, 'Fig': 10, 'level': 10}",
                                    "{'Anna': 7, 'eve': -12}",
                                    "{'e': 15, 'xe': 21, 'ee': 2}"));

    private static String sampleCall(
            GeneratedFunction function, String code, String open, int variant) {
        String arguments =
                function.parameterTypes().stream()
                        .map(type -> SAMPLES.get(type).get(variant))
                        .collect(Collectors.joining(", ", "(", ")"));
        return code + "\nresult = " + open + function.name() + arguments + ")\n";
    }

    private static Pipeline pipeline(List<String> operations) {
        PipelineGrammar grammar = PipelineGrammar.load();
        List<GrammarEntry> all = new ArrayList<>();
        for (String operation : operations) {
            List.of(
                            grammar.sources(),
                            grammar.filters(),
                            grammar.maps(),
                            grammar.reductions(),
                            grammar.tests())
                    .forEach(
                            kind ->
                                    kind.stream()
                                            .filter(entry -> entry.operation().equals(operation))
                                            .forEach(all::add));
        }
        List<GrammarEntry> middle = new ArrayList<>(all.subList(1, all.size() - 1));
        boolean valued =
                all.getLast().kind().equals("test")
                        || !middle.isEmpty() && middle.getLast().kind().equals("map");
        GrammarEntry value = valued ? middle.removeLast() : null;
        return new Pipeline(all.getFirst(), middle, value, all.getLast());
    }

    private static String call(
            Pipeline pipeline, List<String> parameters, String body, int variant) {
        Map<String, List<String>> samples =
                Map.of(
                        "$xs: list[int]", List.of("[3, -2, 0, 8, 15, 8, -7, 42]", "[]"),
                        "$n: int", List.of("402733", "7"),
                        "$k: int", List.of("3", "5"),
                        "$m: int", List.of("8", "7"),
                        "$a: int", List.of("4", "-1"),
                        "$d: dict[str, int]",
                                List.of("{'pear': 3, '': -2, 'Fig': 10, 'level': 10}", "{}"),
                        "$ws: list[str]",
                                List.of("['pear', '', 'Fig', ' eve ', 'level', 'pie']", "[]"),
                        "$s: str", List.of("'Hello wide World 2x level'", "''"),
                        "$t: str", List.of("'e'", "'l'"));
        boolean range = pipeline.source().operation().equals("range");
        String arguments =
                pipeline.parameters().stream()
                        .map(
                                parameter ->
                                        range && parameter.startsWith("$n")
                                                ? List.of("40", "0").get(variant)
                                                : samples.get(parameter).get(variant))
                        .collect(Collectors.joining(", "));
        return call(
                "def f(" + String.join(", ", parameters) + "):\n" + body.indent(4), "f", arguments);
    }

    private static String call(String code, String name, String arguments) {
        return code + "\nresult = " + name + "(" + arguments + ")\n";
    }

    private static List<String> run(List<String> calls) throws IOException, InterruptedException {
        return Python.run(
                """
                def answer(code):
                    scope = {}
                    exec(code, scope)
                    return repr(scope["result"])
                """,
                calls);
    }

    private static List<String> differences(
            List<String> calls, List<String> expected, List<String> actual) {
        return IntStream.range(0, calls.size())
                .filter(i -> !expected.get(i).equals(actual.get(i)))
                .mapToObj(i -> calls.get(i) + "# " + actual.get(i) + " not " + expected.get(i))
                .toList();
    }
}
