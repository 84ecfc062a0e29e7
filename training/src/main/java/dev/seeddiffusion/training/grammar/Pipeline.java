package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One composition, ready to be written.
 *
 * @param source what is gone through
 * @param filters which elements are kept, all of them true
 * @param value the map that gives what is reduced or, before a {@code test}, the filter that gives
 *     its condition; null if the elements themselves are reduced
 * @param reduction what becomes of the values
 */
record Pipeline(
        GrammarEntry source,
        List<GrammarEntry> filters,
        @Nullable GrammarEntry value,
        GrammarEntry reduction)
        implements Plan {
    private static final List<String> GET = Names.offered("Return*3, Get*2, Find");
    private static final List<String> COMPUTE = Names.offered("Return*3, Compute, Calculate, Find");

    /** Conditions that are equal to each other in rank count as one set, whatever their order. */
    @Override
    public List<Composition> compositions() {
        List<GrammarEntry> conditions = new ArrayList<>(filters);
        boolean symmetric = reduction.has("symmetric"); // "none of the even ones is positive"
        if (symmetric) {
            conditions.add(value);
        }
        Stream<GrammarEntry> inAnyOrder =
                conditions.stream().sorted(Comparator.comparing(GrammarEntry::operation));
        GrammarEntry last = symmetric ? null : value;
        return List.of(
                new Composition(entries(inAnyOrder, last).map(GrammarEntry::operation).toList()));
    }

    /** With their types, placeholders not filled in. */
    List<String> parameters() {
        return entries(filters.stream(), value)
                .flatMap(entry -> entry.parameters().stream())
                .toList();
    }

    @Override
    public GeneratedFunction write(Choices choices) {
        Names names = new Names(parameters(), choices);
        return FunctionLayout.write(
                name(choices, choices.share("noun in name") < 0.5),
                names.parameters(),
                returns(),
                doc(names, choices) + ".",
                "",
                new PipelineBody(this, names, HouseStyle.of(choices)).write(),
                compositions(),
                choices);
    }

    boolean isTest() {
        return reduction.kind().equals("test");
    }

    private Stream<GrammarEntry> entries(
            Stream<GrammarEntry> filters, @Nullable GrammarEntry value) {
        return Stream.of(Stream.of(source), filters, Stream.ofNullable(value), Stream.of(reduction))
                .flatMap(entries -> entries);
    }

    /** Such as {@code sum_even_square} or {@code count_long_words}. */
    String name(Choices choices, boolean withNoun) {
        List<String> parts = new ArrayList<>();
        parts.add(reduction.any("name", choices));
        filters.forEach(filter -> parts.add(filter.operation()));
        if (value != null) {
            parts.add(value.operation());
        }
        if (parts.size() == 1 || withNoun) {
            parts.add(source.any("noun", choices));
        }
        return String.join("_", parts);
    }

    /** What the docstring says, without its full stop. */
    String doc(Names names, Choices choices) {
        return doc(reduction.any("doc", choices), names, choices);
    }

    /**
     * @param template one of the reduction's docstrings
     */
    String doc(String template, Names names, Choices choices) {
        names.with("get", choices.among("verb", GET));
        names.with("compute", choices.among("verb", COMPUTE));
        List<String> adjectives = new ArrayList<>();
        List<String> clauses = new ArrayList<>();
        for (GrammarEntry filter : filters) {
            if (filter.has("adjective") && !HouseStyle.of(choices).longDocstring()) {
                adjectives.add(filter.get("adjective") + " ");
            } else {
                clauses.add(filter.any("are", choices));
            }
        }
        String noun = String.join("", adjectives) + source.any("noun", choices);
        String bare =
                noun
                        + " "
                        + source.any("place", choices)
                        + (clauses.isEmpty() ? "" : " that " + String.join(" and ", clauses));
        String article = "the ";
        if (isTest()) {
            names.with("is", names.fill(value.any("is", choices)));
            names.with("are", names.fill(value.any("are", choices)));
        } else if (value != null) {
            String of = value.any("of", choices);
            article = of.startsWith("the ") ? "the " : "";
            bare = of.substring(article.length()) + " the " + bare;
        }
        names.with("bare", names.fill(bare));
        names.with("phrase", article + names.fill(bare));
        return names.fill(template);
    }

    private String returns() {
        String type = value == null || isTest() ? "same" : value.get("gives");
        type = type.equals("same") ? source.get("gives") : type;
        String element = type.equals("char") ? "str" : type;
        return switch (reduction.get("gives")) {
            case "list" -> "list[" + element + "]";
            case "set" -> "set[" + element + "]";
            case "dict" -> "dict[" + element + ", int]";
            case "any" -> element + " | None";
            case String other -> other;
        };
    }
}
