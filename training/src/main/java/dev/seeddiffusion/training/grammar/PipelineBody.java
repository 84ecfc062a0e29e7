package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The ways to write a pipeline's body, all with the same meaning and the same names. */
final class PipelineBody {

    /** A way to write it. */
    enum Style {
        LOOP(3),
        SKIPPING_LOOP(1),
        INDEXED_LOOP(0.5),
        EXPRESSION(3),
        TWO_STEPS(0.5);

        /** How often it is written, against the others. */
        private final double weight;

        Style(double weight) {
            this.weight = weight;
        }

        /**
         * The style with the greatest key is written: each with a chance in its weight's
         * proportion.
         */
        double key(Choices choices) {
            return Math.pow(choices.share("style " + this), 1 / weight);
        }
    }

    private static final String INDENTATION = "    ";

    private final Pipeline pipeline;
    private final Names names;
    private final Choices choices;
    private final String over;
    private final String element;
    private final String value;
    private final String opposite;
    private final List<String> when;
    private final List<String> unless;

    PipelineBody(Pipeline pipeline, Names names, Choices choices) {
        this.pipeline = pipeline;
        this.names = names;
        this.choices = choices;
        this.over = names.fill(pipeline.source().get("over"));
        this.element = names.fill(pipeline.source().get("element"));
        names.with("e", element);
        this.when =
                pipeline.filters().stream().map(f -> names.fill(f.any("when", choices))).toList();
        this.unless = pipeline.filters().stream().map(f -> names.fill(f.get("unless"))).toList();
        GrammarEntry map = pipeline.value();
        this.value =
                map == null
                        ? element
                        : names.fill(map.any(pipeline.isTest() ? "when" : "to", choices));
        this.opposite = pipeline.isTest() ? names.fill(map.get("unless")) : "";
    }

    Set<Style> styles() {
        Set<Style> styles = EnumSet.of(Style.LOOP);
        if (!when.isEmpty()) {
            styles.add(Style.SKIPPING_LOOP);
        }
        if (pipeline.source().has("indexed")) {
            styles.add(Style.INDEXED_LOOP);
        }
        if (pipeline.reduction().has("whole")) {
            styles.add(Style.EXPRESSION);
            if (!when.isEmpty()) {
                styles.add(Style.TWO_STEPS);
            }
        }
        return styles;
    }

    /** In the style that is liked most of those that are possible. */
    String write() {
        return write(
                styles().stream()
                        .max(Comparator.comparing(style -> style.key(choices)))
                        .orElseThrow());
    }

    /**
     * @param style one of {@link #styles}
     */
    String write(Style style) {
        String head = "for " + element + " in " + over + ":";
        return switch (style) {
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
