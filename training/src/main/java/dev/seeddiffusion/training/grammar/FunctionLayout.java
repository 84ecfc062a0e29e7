package dev.seeddiffusion.training.grammar;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** How a function is written down: with or without types, and in which form of docstring. */
final class FunctionLayout {
    private static final double SHARE_WITH_TYPES = 0.35;
    private static final double SHARE_WITH_EXAMPLE = 0.15;
    private static final double SHARE_OF_LONG_DOCSTRINGS = 0.2;
    private static final double SHARE_OF_SINGLE_QUOTES = 0.05;

    private static final String INDENTATION = "    ";

    private FunctionLayout() {}

    /**
     * @param parameters with their types, filled in
     * @param example a doctest, or empty
     * @param body not yet indented
     */
    static GeneratedFunction write(
            String name,
            List<String> parameters,
            String returns,
            String doc,
            String example,
            String body,
            List<String> operations,
            Random random) {
        boolean types = random.nextDouble() < SHARE_WITH_TYPES;
        String signature =
                parameters.stream()
                        .map(parameter -> types ? parameter : parameter.split(":")[0])
                        .collect(Collectors.joining(", ", "def " + name + "(", ")"));
        String prompt =
                signature
                        + (types ? " -> " + returns : "")
                        + ":\n"
                        + indent(docstring(doc, example, random));
        return new GeneratedFunction(name, prompt, indent(body), operations);
    }

    private static String docstring(String doc, String example, Random random) {
        String quotes = random.nextDouble() < SHARE_OF_SINGLE_QUOTES ? "'''" : "\"\"\"";
        double form = random.nextDouble();
        if (!example.isEmpty() && form < SHARE_WITH_EXAMPLE) {
            return quotes + doc + "\n\n" + example + "\n" + quotes;
        }
        if (form > 1 - SHARE_OF_LONG_DOCSTRINGS) {
            return quotes + "\n" + doc + "\n" + quotes;
        }
        return quotes + doc + quotes;
    }

    /** Unlike {@link String#indent} it leaves empty lines empty. */
    private static String indent(String lines) {
        return lines.replaceAll("(?m)^(?=.)", INDENTATION) + "\n";
    }
}
