package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses operations that fit each other: what one gives, the next one takes. */
record PipelineGrammar(
        List<GrammarEntry> sources,
        List<GrammarEntry> filters,
        List<GrammarEntry> maps,
        List<GrammarEntry> reductions,
        List<GrammarEntry> tests) {
    private static final double SHARE_OF_TESTS = 0.12;

    static PipelineGrammar load() {
        List<GrammarEntry> entries = GrammarEntry.read("pipelines.txt");
        return new PipelineGrammar(
                ofKind("source", entries),
                ofKind("filter", entries),
                ofKind("map", entries),
                ofKind("reduce", entries),
                ofKind("test", entries));
    }

    Pipeline pipeline(Random random) {
        return pipeline(pick(sources, random), random);
    }

    Pipeline pipeline(GrammarEntry source, Random random) {
        while (true) {
            Pipeline pipeline = draw(source, random);
            if (fits(pipeline)) {
                return pipeline;
            }
        }
    }

    private Pipeline draw(GrammarEntry source, Random random) {
        String type = source.get("gives");
        boolean testing = random.nextDouble() < SHARE_OF_TESTS;
        int filterCount = testing ? 1 + random.nextInt(2) : filterCount(random);
        List<GrammarEntry> chosen = new ArrayList<>();
        for (int i = 0; i < filterCount; i++) {
            chosen.add(pick(taking(filters, type), random));
        }
        if (testing) {
            GrammarEntry condition = chosen.removeLast();
            return new Pipeline(source, chosen, condition, pick(tests, random));
        }
        boolean mapped = filterCount < 2 && random.nextDouble() < 0.6;
        GrammarEntry map = mapped ? pick(taking(maps, type), random) : null;
        return new Pipeline(
                source, chosen, map, pick(taking(reductions, given(source, map)), random));
    }

    /** Mostly one: none leaves little to compose, two leave no room for a map. */
    private static int filterCount(Random random) {
        double p = random.nextDouble();
        return p < 0.25 ? 0 : p < 0.85 ? 1 : 2;
    }

    /** The type of what is reduced. */
    private static String given(GrammarEntry source, @Nullable GrammarEntry map) {
        return map == null || map.get("gives").equals("same")
                ? source.get("gives")
                : map.get("gives");
    }

    /** Whether a pipeline means something and can be written. */
    boolean fits(Pipeline pipeline) {
        Set<String> parameters = new HashSet<>();
        Set<String> topics = new HashSet<>();
        GrammarEntry map = pipeline.isTest() ? null : pipeline.value();
        List<GrammarEntry> conditions = new ArrayList<>(pipeline.filters());
        if (pipeline.isTest()) {
            conditions.add(pipeline.value());
        }
        String type = pipeline.source().get("gives");
        return pipeline.parameters().stream().allMatch(parameters::add)
                && conditions.stream().allMatch(c -> c.takes(type) && topics.add(about(c)))
                && pipeline.source().all("never").stream().noneMatch(topics::contains)
                && (map == null || map.takes(type))
                && (pipeline.isTest()
                        || pipeline.reduction().takes(given(pipeline.source(), map))
                                && needsAreMet(pipeline.reduction(), conditions, map));
    }

    private static boolean needsAreMet(
            GrammarEntry reduction, List<GrammarEntry> filters, @Nullable GrammarEntry map) {
        boolean filtered = !filters.isEmpty();
        boolean mapped = map != null;
        return switch (reduction.get("needs")) {
            case "filter" -> filtered;
            case "filter alone" -> filtered && !mapped;
            case "filter or map" -> filtered || mapped;
            default -> true;
        };
    }

    private static String about(GrammarEntry filter) {
        return filter.has("about") ? filter.get("about") : filter.operation();
    }

    private static List<GrammarEntry> taking(List<GrammarEntry> entries, String type) {
        return entries.stream().filter(entry -> entry.takes(type)).toList();
    }

    private static GrammarEntry pick(List<GrammarEntry> entries, Random random) {
        return entries.get(random.nextInt(entries.size()));
    }

    private static List<GrammarEntry> ofKind(String kind, List<GrammarEntry> entries) {
        return entries.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }
}
