package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
        GrammarEntry reduction) {

    List<String> operations() {
        return entries().map(GrammarEntry::operation).toList();
    }

    /** With their types, placeholders not filled in. */
    List<String> parameters() {
        return entries().flatMap(entry -> PipelineGrammar.parameters(entry).stream()).toList();
    }

    GeneratedFunction write(Random random) {
        Names names = new Names(random);
        List<String> parameters = parameters().stream().map(names::fill).toList();
        List<String> bodies = new PipelineBodies(this, names, random).all();
        return FunctionLayout.write(
                name(random),
                parameters,
                returns(),
                doc(names, random),
                "",
                bodies.get(random.nextInt(bodies.size())),
                operations(),
                random);
    }

    boolean isTest() {
        return reduction.kind().equals("test");
    }

    private Stream<GrammarEntry> entries() {
        return Stream.of(
                        Stream.of(source),
                        filters.stream(),
                        Stream.ofNullable(value),
                        Stream.of(reduction))
                .flatMap(entries -> entries);
    }

    /** Such as {@code sum_even_square} or {@code count_long_words}. */
    private String name(Random random) {
        List<String> parts = new ArrayList<>();
        parts.add(reduction.any("name", random));
        filters.forEach(filter -> parts.add(filter.operation()));
        if (value != null) {
            parts.add(value.operation());
        }
        if (parts.size() == 1 || random.nextBoolean()) {
            parts.add(source.any("noun", random));
        }
        return String.join("_", parts);
    }

    private String doc(Names names, Random random) {
        List<String> adjectives = new ArrayList<>();
        List<String> clauses = new ArrayList<>();
        for (GrammarEntry filter : filters) {
            if (filter.has("adjective") && random.nextInt(4) > 0) {
                adjectives.add(filter.get("adjective") + " ");
            } else {
                clauses.add(filter.any("are", random));
            }
        }
        String noun = String.join("", adjectives) + source.any("noun", random);
        String bare =
                noun
                        + " "
                        + source.any("place", random)
                        + (clauses.isEmpty() ? "" : " that " + String.join(" and ", clauses));
        String article = "the ";
        if (isTest()) {
            names.with("is", names.fill(value.any("is", random)));
            names.with("are", names.fill(value.any("are", random)));
        } else if (value != null) {
            String of = value.any("of", random);
            article = of.startsWith("the ") ? "the " : "";
            bare = of.substring(article.length()) + " the " + bare;
        }
        names.with("bare", names.fill(bare));
        names.with("phrase", article + names.fill(bare));
        return names.fill(reduction.any("doc", random)) + ".";
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
