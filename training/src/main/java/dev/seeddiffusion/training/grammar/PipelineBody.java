package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The ways to write a pipeline's body, all with the same meaning and the same names. */
final class PipelineBody {

    /** A way to write it. */
    enum Form {
        LOOP,
        SKIPPING_LOOP,
        INDEXED_LOOP,
        EXPRESSION,
        TWO_STEPS
    }

    private static final String INDENTATION = "    ";

    private final Pipeline pipeline;
    private final Names names;
    private final HouseStyle style;
    private final String over;
    private final String element;
    private final String value;
    private final String opposite;
    private final List<String> when;
    private final List<String> unless;

    PipelineBody(Pipeline pipeline, Names names, HouseStyle style) {
        this.pipeline = pipeline;
        this.names = names;
        this.style = style;
        this.over = names.fill(pipeline.source().get("over"));
        this.element = names.fill(pipeline.source().get("element"));
        names.with("e", element);
        this.when =
                pipeline.filters().stream()
                        .map(f -> names.fill(style.among(f.all("when"))))
                        .toList();
        this.unless = pipeline.filters().stream().map(f -> names.fill(f.get("unless"))).toList();
        GrammarEntry map = pipeline.value();
        this.value =
                map == null
                        ? element
                        : names.fill(style.among(map.all(pipeline.isTest() ? "when" : "to")));
        this.opposite = pipeline.isTest() ? names.fill(map.get("unless")) : "";
    }

    /** In the form that the house style asks for, or the nearest that the pipeline has. */
    String write() {
        boolean filtered = !when.isEmpty();
        if (style.typed() && hasExpression()) {
            return write(style.longDocstring() && filtered ? Form.TWO_STEPS : Form.EXPRESSION);
        }
        if (style.singleQuotes() && pipeline.source().has("indexed")) {
            return write(Form.INDEXED_LOOP);
        }
        return write(style.longDocstring() && filtered ? Form.SKIPPING_LOOP : Form.LOOP);
    }

    /** In one of several parts' short forms: without a step or a line that another form needs. */
    String writePart() {
        return write(style.typed() && hasExpression() ? Form.EXPRESSION : Form.LOOP);
    }

    private boolean hasExpression() {
        return pipeline.reduction().has("whole");
    }

    private String write(Form form) {
        String head = "for " + element + " in " + over + ":";
        return switch (form) {
            case LOOP -> loop(head, false);
            case SKIPPING_LOOP -> loop(head, true);
            case INDEXED_LOOP ->
                    loop(
                            names.fill("for $i in range(len(" + over + ")):\n")
                                    + INDENTATION
                                    + names.fill(element + " = " + over + "[$i]"),
                            false);
            case EXPRESSION -> "return " + whole(over, when);
            case TWO_STEPS -> {
                String kept = names.fill("$kept");
                yield kept
                        + " = ["
                        + generator(element, over, when)
                        + "]\nreturn "
                        + whole(kept, List.of());
            }
        };
    }

    private String loop(String head, boolean skipping) {
        List<String> lines = new ArrayList<>(fillAll("start", value));
        lines.add(head);
        String indentation = INDENTATION;
        if (skipping) {
            lines.add(indentation + "if " + String.join(" or ", unless) + ":");
            lines.add(indentation + INDENTATION + "continue");
        } else if (!when.isEmpty()) {
            lines.add(indentation + "if " + String.join(" and ", when) + ":");
            indentation += INDENTATION;
        }
        String taken = value;
        if (!value.equals(element) && timesUsed() > 1) {
            taken = names.fill("$y");
            lines.add(indentation + taken + " = " + value);
        }
        for (String line : fillAll("step", taken)) {
            lines.add(indentation + line);
        }
        lines.addAll(fillAll("end", taken));
        return String.join("\n", lines);
    }

    private String whole(String over, List<String> when) {
        GrammarEntry reduction = pipeline.reduction();
        boolean plain = value.equals(element) && when.isEmpty();
        String template = reduction.get(plain && reduction.has("plain") ? "plain" : "whole");
        names.with("gen", plain ? over : generator(value, over, when));
        return names.fill(template);
    }

    private String generator(String value, String over, List<String> when) {
        String condition = when.isEmpty() ? "" : " if " + String.join(" and ", when);
        return value + " for " + element + " in " + over + condition;
    }

    private int timesUsed() {
        return pipeline.reduction().all("step").stream()
                .mapToInt(line -> line.split("\\$v\\b", -1).length - 1)
                .sum();
    }

    private List<String> fillAll(String key, String taken) {
        names.with("v", taken).with("u", opposite);
        return pipeline.reduction().all(key).stream()
                .map(names::fill)
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
