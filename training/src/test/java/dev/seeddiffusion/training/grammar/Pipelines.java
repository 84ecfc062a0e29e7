package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.List;

/** Pipelines by the names of their operations. */
final class Pipelines {
    private Pipelines() {}

    static Pipeline of(List<String> operations) {
        PipelineGrammar grammar = PipelineGrammar.load();
        List<GrammarEntry> all = new ArrayList<>();
        for (String operation : operations) {
            List.of(
                            grammar.sources(),
                            grammar.filters(),
                            grammar.maps(),
                            grammar.reductions(),
                            grammar.tests())
                    .forEach(
                            kind ->
                                    kind.stream()
                                            .filter(entry -> entry.operation().equals(operation))
                                            .forEach(all::add));
        }
        List<GrammarEntry> middle = new ArrayList<>(all.subList(1, all.size() - 1));
        boolean valued =
                all.getLast().kind().equals("test")
                        || !middle.isEmpty() && middle.getLast().kind().equals("map");
        GrammarEntry value = valued ? middle.removeLast() : null;
        return new Pipeline(all.getFirst(), middle, value, all.getLast());
    }
}
