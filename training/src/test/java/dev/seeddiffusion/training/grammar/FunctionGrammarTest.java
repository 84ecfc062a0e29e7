package dev.seeddiffusion.training.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
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

        assertThat(differences(calls, expected, Python.results(calls))).isEmpty();
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
            Names names = new Names(pipeline.parameters(), choices);
            List<String> parameters = names.parameters();
            for (int style = 0; style < 8; style++) {
                boolean typed = style % 2 == 0;
                boolean longDocstring = style / 2 % 2 == 0;
                PipelineBody body =
                        new PipelineBody(
                                pipeline,
                                names,
                                new HouseStyle(typed, longDocstring, style / 4 == 0));
                for (String code : List.of(body.write(), body.writePart())) {
                    for (int variant = 0; variant < 2; variant++) {
                        calls.add(call(pipeline, parameters, code, variant));
                        compositions.add(2 * i + variant);
                    }
                }
            }
        }

        List<String> results = Python.results(calls);

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
    void the_prompt_says_how_the_body_is_written() {
        FunctionGrammar grammar = new FunctionGrammar(4, Split.TRAIN);
        Map<String, Set<String>> bodies = new HashMap<>();
        for (int i = 0; i < 60_000; i++) {
            GeneratedFunction function = grammar.composedFunction(i);
            bodies.computeIfAbsent(function.prompt(), _ -> new HashSet<>()).add(function.body());
        }

        assertThat(bodies.values()).filteredOn(same -> same.size() > 1).isEmpty();
        assertThat(bodies).hasSizeLessThan(60_000);
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
                    GeneratedFunction function = Pipelines.of(operations).write(new Choices(1));
                    assertThat(function.compositions().getFirst().operations())
                            .containsExactlyInAnyOrderElementsOf(operations);
                    calls.add(call(function.code(), function.name(), argumentsAndResult.get(0)));
                    expected.add(argumentsAndResult.get(1));
                });

        assertThat(differences(calls, expected, Python.results(calls))).isEmpty();
    }

    @Test
    void a_report_has_a_figure_for_each_of_its_parts() throws Exception {
        List<GeneratedFunction> reports =
                IntStream.range(0, 3_000)
                        .mapToObj(grammar::composedFunction)
                        .filter(function -> function.compositions().size() > 1)
                        .toList();
        List<String> calls =
                reports.stream().map(f -> SampleCalls.of(f, f.code(), "len(", 0)).toList();
        List<String> expected =
                reports.stream().map(f -> String.valueOf(f.compositions().size())).toList();

        assertThat(reports).hasSizeGreaterThan(400);
        assertThat(differences(calls, expected, Python.results(calls))).isEmpty();
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

    private static List<String> differences(
            List<String> calls, List<String> expected, List<String> actual) {
        return IntStream.range(0, calls.size())
                .filter(i -> !expected.get(i).equals(actual.get(i)))
                .mapToObj(i -> calls.get(i) + "# " + actual.get(i) + " not " + expected.get(i))
                .toList();
    }
}
