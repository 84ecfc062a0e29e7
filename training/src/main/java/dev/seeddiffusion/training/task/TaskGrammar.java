package dev.seeddiffusion.training.task;

import dev.seeddiffusion.training.grammar.Alteration;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.GeneratedFunction;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An endless supply of tasks of each kind, made of the functions of {@link FunctionGrammar}. Task
 * {@code i} of a kind depends on seed, split, kind and {@code i} alone.
 *
 * <p>Results are found by running the functions, so that every bug is one: a buggy function, or a
 * mutant, gives another result with one of the arguments. Not thread-safe.
 */
public final class TaskGrammar {
    private static final int ARGUMENTS = 12;
    private static final double MOST_EQUAL_RESULTS = 2 / 3.0;
    private static final int ASSERTIONS = 4;
    private static final int LONGEST_RESULT = 60;
    private static final int MOST_MUTANTS = 5;
    private static final List<String> ASKING_TO_FIX =
            List.of(
                    "Fix the bug.",
                    "Fix the bug in %s.",
                    "Correct the mistake in %s.",
                    "Make %s do what its docstring says.");

    private final long seed;
    private final Split split;
    private final Interpreter interpreter;
    private final FunctionGrammar grammar;

    /**
     * @param interpreter runs the functions; stays the caller's
     */
    public TaskGrammar(long seed, Split split, Interpreter interpreter) {
        this.seed = seed;
        this.split = split;
        this.interpreter = interpreter;
        this.grammar = new FunctionGrammar(seed, split);
    }

    /**
     * @throws IOException if Python has died
     */
    public Example example(TaskKind kind, long index) throws IOException {
        Random random = new Random((seed * 31 + kind.ordinal()) * 0x9E3779B97F4A7C15L + index);
        while (true) {
            Example example =
                    switch (kind) {
                        case COMPLETION -> completion(random);
                        case INFILLING -> infilling(random);
                        case EDIT -> edit(random);
                        case UNIT_TEST -> unitTest(random);
                    };
            if (example != null) {
                return example;
            }
        }
    }

    private @Nullable Example completion(Random random) throws IOException {
        GeneratedFunction function = function(random);
        List<String> arguments = judging(function, random);
        return arguments == null
                ? null
                : new Example(
                        TaskKind.COMPLETION,
                        function,
                        function.prompt(),
                        null,
                        function.body(),
                        arguments,
                        List.of());
    }

    private @Nullable Example infilling(Random random) throws IOException {
        GeneratedFunction function = function(random);
        List<String> arguments = judging(function, random);
        if (arguments == null) {
            return null;
        }
        Hole hole = Hole.of(function.code(), function.prompt().length(), random);
        return new Example(
                TaskKind.INFILLING,
                function,
                hole.before(),
                hole.after(),
                hole.middle(),
                arguments,
                List.of());
    }

    private @Nullable Example edit(Random random) throws IOException {
        double form = random.nextDouble();
        GeneratedFunction right;
        String wrong;
        String instruction;
        if (form < 0.7) {
            Alteration alteration = grammar.alteration(random.nextLong());
            boolean bug = form < 0.35;
            right = bug ? alteration.after() : alteration.renamed();
            wrong = bug ? alteration.buggyCode() : alteration.before().code();
            instruction = bug ? askingToFix(right, random) : alteration.instruction();
        } else {
            right = grammar.composedFunction(random.nextLong());
            List<String> mutants = Mutations.of(right.body());
            if (mutants.isEmpty()) {
                return null;
            }
            wrong = right.prompt() + mutants.get(random.nextInt(mutants.size()));
            instruction = askingToFix(right, random);
        }
        List<String> arguments = judging(right, random);
        if (arguments == null
                || results(right, arguments).equals(results(right, wrong, arguments))) {
            return null;
        }
        return new Example(
                TaskKind.EDIT,
                right,
                wrong + "\n# " + instruction + "\n",
                null,
                right.code(),
                arguments,
                List.of());
    }

    private static String askingToFix(GeneratedFunction function, Random random) {
        return ASKING_TO_FIX.get(random.nextInt(ASKING_TO_FIX.size())).formatted(function.name());
    }

    private @Nullable Example unitTest(Random random) throws IOException {
        GeneratedFunction function = grammar.composedFunction(random.nextLong());
        List<String> arguments = judging(function, random);
        if (arguments == null) {
            return null;
        }
        List<String> results = results(function, arguments);
        List<Integer> asserted = different(results).stream().limit(ASSERTIONS).toList();
        List<String> assertions =
                asserted.stream()
                        .map(
                                i ->
                                        "    assert %s(%s) == %s\n"
                                                .formatted(
                                                        function.name(),
                                                        arguments.get(i),
                                                        results.get(i)))
                        .toList();
        List<String> mutants =
                mutants(function, asserted.stream().map(arguments::get).toList(), random);
        if (assertions.size() < ASSERTIONS || mutants.isEmpty()) {
            return null;
        }
        return new Example(
                TaskKind.UNIT_TEST,
                function,
                function.code() + testHead(function),
                null,
                String.join("", assertions),
                arguments,
                mutants);
    }

    /** Indices of results that can be written down, those not seen before first. */
    private static List<Integer> different(List<String> results) {
        List<Integer> fresh = new ArrayList<>();
        List<Integer> again = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            String result = results.get(i);
            if (!result.startsWith("!") && result.length() <= LONGEST_RESULT) {
                (results.indexOf(result) == i ? fresh : again).add(i);
            }
        }
        fresh.addAll(again);
        return fresh;
    }

    /** What stands between a function and the assertions on it. */
    private static String testHead(GeneratedFunction function) {
        return "\n\ndef " + testName(function) + "():\n";
    }

    static String testName(GeneratedFunction function) {
        return "test_" + function.name();
    }

    /** Mutants that one of the arguments tells from the function. */
    private List<String> mutants(GeneratedFunction function, List<String> arguments, Random random)
            throws IOException {
        List<String> results = results(function, arguments);
        List<String> bodies = new ArrayList<>(Mutations.of(function.body()));
        Collections.shuffle(bodies, random);
        List<String> mutants = new ArrayList<>();
        for (String body : bodies.subList(0, Math.min(bodies.size(), 2 * MOST_MUTANTS))) {
            String mutant = function.prompt() + body;
            if (mutants.size() < MOST_MUTANTS
                    && !results.equals(results(function, mutant, arguments))) {
                mutants.add(mutant);
            }
        }
        return mutants;
    }

    /** Well-known functions are for training alone: nothing of them is composed. */
    private GeneratedFunction function(Random random) {
        long index = random.nextLong();
        return split == Split.TRAIN ? grammar.function(index) : grammar.composedFunction(index);
    }

    /** Arguments that tell functions apart; null if this one's results hardly depend on them. */
    private @Nullable List<String> judging(GeneratedFunction function, Random random)
            throws IOException {
        if (function.compositions().getFirst().operations().size() == 1) {
            return List.of(); // a well-known function: written down with its own tests
        }
        List<String> arguments =
                new Arguments(random).several(function.parameterTypes(), ARGUMENTS);
        List<String> results = results(function, arguments);
        int most =
                results.stream().mapToInt(r -> Collections.frequency(results, r)).max().orElse(0);
        return most <= MOST_EQUAL_RESULTS * results.size() ? arguments : null;
    }

    private List<String> results(GeneratedFunction function, List<String> arguments)
            throws IOException {
        return results(function, function.code(), arguments);
    }

    private List<String> results(GeneratedFunction function, String code, List<String> arguments)
            throws IOException {
        return interpreter.call(code, function.name(), arguments);
    }
}
