package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** The ways to write a pipeline's body, all with the same meaning and the same names. */
final class PipelineBodies {
    private static final String INDENTATION = "    ";

    private final Pipeline pipeline;
    private final Names names;
    private final String over;
    private final String element;
    private final String value;
    private final String opposite;
    private final List<String> when;
    private final List<String> unless;

    PipelineBodies(Pipeline pipeline, Names names, Random random) {
        this.pipeline = pipeline;
        this.names = names;
        this.over = names.fill(pipeline.source().get("over"));
        this.element = names.fill(pipeline.source().get("element"));
        names.with("e", element);
        this.when =
                pipeline.filters().stream().map(f -> names.fill(f.any("when", random))).toList();
        this.unless = pipeline.filters().stream().map(f -> names.fill(f.get("unless"))).toList();
        GrammarEntry map = pipeline.value();
        this.value =
                map == null
                        ? element
                        : names.fill(map.any(pipeline.isTest() ? "when" : "to", random));
        this.opposite = pipeline.isTest() ? names.fill(map.get("unless")) : "";
    }

    List<String> all() {
        List<String> bodies = new ArrayList<>();
        bodies.add(loop("for " + element + " in " + over + ":", false));
        if (!when.isEmpty()) {
            bodies.add(loop("for " + element + " in " + over + ":", true));
        }
        if (pipeline.source().has("indexed")) {
            bodies.add(
                    loop(
                            names.fill("for $i in range(len(" + over + ")):\n")
                                    + INDENTATION
                                    + names.fill(element + " = " + over + "[$i]"),
                            false));
        }
        if (pipeline.reduction().has("whole")) {
            bodies.add("return " + whole(over, when));
            if (!when.isEmpty()) {
                bodies.add(inTwoSteps());
            }
        }
        return bodies;
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

    private String inTwoSteps() {
        String kept = names.fill("$kept");
        return kept
                + " = ["
                + generator(element, over, when)
                + "]\nreturn "
                + whole(kept, List.of());
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
