package dev.seeddiffusion.training.grammar;

import java.util.List;
import java.util.stream.Collectors;

/** How a function is written down: with or without types, and in which form of docstring. */
final class FunctionLayout {
    private static final double SHARE_WITH_EXAMPLE = 0.15;

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
        HouseStyle style = HouseStyle.of(choices);
        String signature =
                parameters.stream()
                        .map(parameter -> style.typed() ? parameter : parameter.split(":")[0])
                        .collect(Collectors.joining(", ", "def " + name + "(", ")"));
        String prompt =
                signature
                        + (style.typed() ? " -> " + returns : "")
                        + ":\n"
                        + indent(docstring(doc, example, style, choices));
        return new GeneratedFunction(
                name,
                parameters.stream().map(parameter -> parameter.split(": ", 2)[1]).toList(),
                prompt,
                indent(body),
                compositions);
    }

    private static String docstring(String doc, String example, HouseStyle style, Choices choices) {
        String quotes = style.quotes();
        if (!example.isEmpty() && choices.share("example") < SHARE_WITH_EXAMPLE) {
            return quotes + doc + "\n\n" + example + "\n" + quotes;
        }
        if (doc.contains("\n") || style.longDocstring()) {
            return quotes + "\n" + doc + "\n" + quotes;
        }
        return quotes + doc + quotes;
    }

    /** Unlike {@link String#indent} it leaves empty lines empty. */
    private static String indent(String lines) {
        return lines.replaceAll("(?m)^(?=.)", INDENTATION) + "\n";
    }
}
