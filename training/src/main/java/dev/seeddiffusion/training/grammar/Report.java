package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several figures of one source, returned by name: as long as one likes.
 *
 * @param parts pipelines over one source, none a condition, no two of one name
 */
record Report(List<Pipeline> parts) implements Plan {
    private static final List<String> HEADS =
            List.of(
                    "Return a dictionary with:",
                    "Compute these figures and return them by name:",
                    "Summarize the input as a dictionary:");
    private static final String VERB = "\\$(get|compute) .*";

    @Override
    public List<Composition> compositions() {
        return parts.stream().flatMap(part -> part.compositions().stream()).toList();
    }

    /** Whether no two parts are the same. */
    boolean isDistinct() {
        return new HashSet<>(compositions()).size() == parts.size();
    }

    /** What a part is called; of several words, so it hides no function that the code calls. */
    static String key(Pipeline part, Choices choices) {
        return part.name(choices, false);
    }

    /** Whether a pipeline can be one of several: it must not return early. */
    static boolean canHold(Pipeline part) {
        return !part.isTest()
                && part.reduction().all("step").stream().noneMatch(line -> line.contains("return"))
                && part.reduction().all("doc").stream().anyMatch(doc -> doc.matches(VERB));
    }

    @Override
    public GeneratedFunction write(Choices choices) {
        List<String> parameters =
                parts.stream().flatMap(part -> part.parameters().stream()).distinct().toList();
        Names names = new Names(parameters, choices);
        HouseStyle style = HouseStyle.of(choices);
        List<String> doc = new ArrayList<>();
        List<String> body = new ArrayList<>();
        for (Pipeline part : parts) {
            String key = key(part, choices);
            List<String> docs =
                    part.reduction().all("doc").stream().filter(d -> d.matches(VERB)).toList();
            String template = choices.among("phrasing", docs);
            doc.add(key + ": " + part.doc(template.split(" ", 2)[1], names, choices));
            body.add(assignment(key, new PipelineBody(part, names, style)));
        }
        body.add(
                parts.stream()
                        .map(part -> key(part, choices))
                        .map(key -> "\"" + key + "\": " + key)
                        .collect(Collectors.joining(", ", "return {", "}")));
        return FunctionLayout.write(
                choices.among("name", List.of("report", "summarize", "describe", "statistics"))
                        + "_"
                        + parts.getFirst().source().any("noun", choices),
                names.parameters(),
                "dict",
                choices.among("head", HEADS) + "\n" + String.join("\n", doc),
                "",
                String.join("\n", body),
                compositions(),
                choices);
    }

    private static String assignment(String key, PipelineBody body) {
        String code = body.writePart();
        int last = code.lastIndexOf("return ");
        return code.substring(0, last) + key + " = " + code.substring(last + "return ".length());
    }
}
