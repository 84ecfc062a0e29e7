package dev.seeddiffusion.training.grammar;

import java.util.List;
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
            List<Composition> compositions,
            Choices choices) {
        boolean types = choices.share("types") < SHARE_WITH_TYPES;
        String signature =
                parameters.stream()
                        .map(parameter -> types ? parameter : parameter.split(":")[0])
                        .collect(Collectors.joining(", ", "def " + name + "(", ")"));
        String prompt =
                signature
                        + (types ? " -> " + returns : "")
                        + ":\n"
                        + indent(docstring(doc, example, choices));
        return new GeneratedFunction(
                name,
                parameters.stream().map(parameter -> parameter.split(": ", 2)[1]).toList(),
                prompt,
                indent(body),
                compositions);
    }

    private static String docstring(String doc, String example, Choices choices) {
        String quotes = choices.share("quotes") < SHARE_OF_SINGLE_QUOTES ? "'''" : "\"\"\"";
        double form = choices.share("docstring");
        if (!example.isEmpty() && form < SHARE_WITH_EXAMPLE) {
            return quotes + doc + "\n\n" + example + "\n" + quotes;
        }
        if (doc.contains("\n") || form > 1 - SHARE_OF_LONG_DOCSTRINGS) {
            return quotes + "\n" + doc + "\n" + quotes;
        }
        return quotes + doc + quotes;
    }

    /** Unlike {@link String#indent} it leaves empty lines empty. */
    private static String indent(String lines) {
        return lines.replaceAll("(?m)^(?=.)", INDENTATION) + "\n";
    }
}
