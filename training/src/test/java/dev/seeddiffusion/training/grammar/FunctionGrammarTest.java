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
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FunctionGrammarTest {
    private final FunctionGrammar grammar = new FunctionGrammar(1);

    @Test
    void function_i_depends_on_the_seed_and_i_alone() {
        GeneratedFunction later = new FunctionGrammar(1).function(17);
        grammar.function(3);

        assertThat(grammar.function(17)).isEqualTo(later);
        assertThat(new FunctionGrammar(2).function(17)).isNotEqualTo(later);
    }

    @Test
    void tens_of_thousands_of_functions_differ() {
        Set<String> codes = new HashSet<>();
        Set<List<String>> tasks = new HashSet<>();
        for (int i = 0; i < 60_000; i++) {
            GeneratedFunction function = grammar.function(i);
            codes.add(function.code());
            tasks.add(function.operations());
        }

        assertThat(codes).hasSizeGreaterThan(45_000);
        assertThat(tasks).hasSizeGreaterThan(2_000);
    }

    @Test
    void the_well_known_functions_come_up_often() {
        Map<String, Long> counts =
                LongStream.range(0, 20_000)
                        .mapToObj(grammar::function)
                        .collect(
                                Collectors.groupingBy(
                                        f -> f.operations().getFirst(), Collectors.counting()));

        for (String name :
                List.of(
                        "is_prime",
                        "factorial",
                        "fibonacci",
                        "gcd",
                        "is_palindrome",
                        "count_vowels",
                        "reverse_string",
                        "flatten")) {
            assertThat(counts.get(name)).as(name).isGreaterThan(30);
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
            for (int body = 0; body < classic.bodies(); body++) {
                GeneratedFunction function = classic.write(body, new Random(body));
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
            Names names = new Names(random);
            for (String body : new PipelineBodies(pipeline, names, random).all()) {
                for (int variant = 0; variant < 2; variant++) {
                    calls.add(call(pipeline, names, body, variant));
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
        Random random = new Random(1);
        known.forEach(
                (operations, argumentsAndResult) -> {
                    GeneratedFunction function = pipeline(operations).write(random);
                    assertThat(function.operations()).isEqualTo(operations);
                    calls.add(call(function.code(), function.name(), argumentsAndResult.get(0)));
                    expected.add(argumentsAndResult.get(1));
                });

        assertThat(differences(calls, expected, run(calls))).isEmpty();
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

    private static String call(Pipeline pipeline, Names names, String body, int variant) {
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
        String parameters =
                pipeline.parameters().stream()
                        .map(parameter -> names.fill(parameter))
                        .collect(Collectors.joining(", "));
        String arguments =
                pipeline.parameters().stream()
                        .map(
                                parameter ->
                                        range && parameter.startsWith("$n")
                                                ? List.of("40", "0").get(variant)
                                                : samples.get(parameter).get(variant))
                        .collect(Collectors.joining(", "));
        return call("def f(" + parameters + "):\n" + body.indent(4), "f", arguments);
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
