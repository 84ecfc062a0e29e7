package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Another pipeline that differs in one operation and takes the same arguments.
 *
 * @param result the other pipeline
 * @param instruction asks for the difference; placeholders not filled in
 */
record PipelineChange(Pipeline result, String instruction) {

    /** All changes that the grammar allows. */
    static List<PipelineChange> of(Pipeline pipeline, PipelineGrammar grammar) {
        List<PipelineChange> changes = new ArrayList<>();
        BiConsumer<Pipeline, String> offer =
                (result, instruction) -> {
                    if (grammar.fits(result)
                            && result.parameters().equals(pipeline.parameters())
                            && !result.equals(pipeline)) {
                        changes.add(new PipelineChange(result, instruction));
                    }
                };
        changeFilters(pipeline, grammar, offer);
        changeValue(pipeline, grammar, offer);
        for (GrammarEntry other : pipeline.isTest() ? grammar.tests() : grammar.reductions()) {
            offer.accept(
                    new Pipeline(pipeline.source(), pipeline.filters(), pipeline.value(), other),
                    "Return the %s instead of the %s."
                            .formatted(other.operation(), pipeline.reduction().operation()));
        }
        return changes;
    }

    private static void changeFilters(
            Pipeline pipeline, PipelineGrammar grammar, BiConsumer<Pipeline, String> offer) {
        for (int i = 0; i < pipeline.filters().size(); i++) {
            GrammarEntry filter = pipeline.filters().get(i);
            List<GrammarEntry> without = new ArrayList<>(pipeline.filters());
            without.remove(i);
            offer.accept(
                    withFilters(pipeline, without),
                    "Drop the condition that they " + filter.get("are") + ".");
            for (GrammarEntry other : grammar.filters()) {
                List<GrammarEntry> changed = new ArrayList<>(pipeline.filters());
                changed.set(i, other);
                offer.accept(
                        withFilters(pipeline, changed),
                        "Use those that %s instead of those that %s."
                                .formatted(other.get("are"), filter.get("are")));
            }
        }
        for (GrammarEntry other : grammar.filters()) {
            List<GrammarEntry> more = new ArrayList<>(pipeline.filters());
            more.add(other);
            if (more.size() <= 2) {
                offer.accept(
                        withFilters(pipeline, more),
                        "Use only those that " + other.get("are") + ".");
            }
        }
    }

    private static void changeValue(
            Pipeline pipeline, PipelineGrammar grammar, BiConsumer<Pipeline, String> offer) {
        GrammarEntry value = pipeline.value();
        if (value == null) {
            return;
        }
        String phrase = pipeline.isTest() ? "are" : "its";
        String instruction =
                pipeline.isTest() ? "Check that they %s, not that they %s." : "Take %s, not %s.";
        for (GrammarEntry other : pipeline.isTest() ? grammar.filters() : grammar.maps()) {
            offer.accept(
                    new Pipeline(
                            pipeline.source(), pipeline.filters(), other, pipeline.reduction()),
                    instruction.formatted(
                            pipeline.isTest() ? other.get(phrase) : "its " + other.get(phrase),
                            pipeline.isTest() ? value.get(phrase) : "its " + value.get(phrase)));
        }
    }

    private static Pipeline withFilters(Pipeline pipeline, List<GrammarEntry> filters) {
        return new Pipeline(pipeline.source(), filters, pipeline.value(), pipeline.reduction());
    }
}
