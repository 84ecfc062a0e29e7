package dev.seeddiffusion.training.grammar;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Programs that call a function and keep its {@code result}. */
final class SampleCalls {
    /** How many there are for each function. */
    static final int VARIANTS = 3;

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

    private SampleCalls() {}

    /**
     * @param code defines a function of the same name and parameters
     * @param open what the call's result is handed to, such as {@code len(}
     */
    static String of(GeneratedFunction function, String code, String open, int variant) {
        String arguments =
                function.parameterTypes().stream()
                        .map(type -> SAMPLES.get(type).get(variant))
                        .collect(Collectors.joining(", ", "(", ")"));
        return code + "\nresult = " + open + function.name() + arguments + ")\n";
    }
}
