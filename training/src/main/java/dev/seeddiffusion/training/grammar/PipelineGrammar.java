package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Chooses operations that fit each other: what one gives, the next one takes. */
record PipelineGrammar(
        List<GrammarEntry> sources,
        List<GrammarEntry> filters,
        List<GrammarEntry> maps,
        List<GrammarEntry> reductions,
        List<GrammarEntry> tests) {
    private static final double SHARE_OF_TESTS = 0.12;
    private static final Pattern ANY_COMMA = Pattern.compile(", (?=\\$)");

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
        while (true) {
            Pipeline pipeline = draw(random);
            if (argumentsDiffer(pipeline)) {
                return pipeline;
            }
        }
    }

    private Pipeline draw(Random random) {
        GrammarEntry source = pick(sources, random);
        String type = source.get("gives");
        boolean testing = random.nextDouble() < SHARE_OF_TESTS;
        int filterCount = testing ? 1 + random.nextInt(2) : filterCount(random);
        List<GrammarEntry> fitting = new ArrayList<>(taking(filters, type));
        fitting.removeIf(filter -> source.all("never").contains(filter.get("about")));
        List<GrammarEntry> chosen = new ArrayList<>();
        while (chosen.size() < filterCount) {
            GrammarEntry filter = pick(fitting, random);
            chosen.add(filter);
            fitting.removeIf(other -> about(other).equals(about(filter)));
        }
        if (testing) {
            GrammarEntry condition = chosen.removeLast();
            return new Pipeline(source, chosen, condition, pick(tests, random));
        }
        boolean mapped = filterCount < 2 && random.nextDouble() < 0.6;
        GrammarEntry map = mapped ? pick(taking(maps, type), random) : null;
        String given = map == null || map.get("gives").equals("same") ? type : map.get("gives");
        List<GrammarEntry> possible =
                taking(reductions, given).stream()
                        .filter(r -> needsAreMet(r, filterCount > 0, mapped))
                        .toList();
        return new Pipeline(source, chosen, map, pick(possible, random));
    }

    /** Mostly one: none leaves little to compose, two leave no room for a map. */
    private static int filterCount(Random random) {
        double p = random.nextDouble();
        return p < 0.25 ? 0 : p < 0.85 ? 1 : 2;
    }

    private static boolean needsAreMet(GrammarEntry reduction, boolean filtered, boolean mapped) {
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

    /** Two operations must not both call their argument {@code $k}. */
    private static boolean argumentsDiffer(Pipeline pipeline) {
        Set<String> seen = new HashSet<>();
        return pipeline.parameters().stream().allMatch(seen::add);
    }

    static List<String> parameters(@Nullable GrammarEntry entry) {
        return entry == null || !entry.has("args")
                ? List.of()
                : List.of(ANY_COMMA.split(entry.get("args")));
    }

    private static List<GrammarEntry> taking(List<GrammarEntry> entries, String type) {
        return entries.stream().filter(entry -> takes(entry, type)).toList();
    }

    private static boolean takes(GrammarEntry entry, String type) {
        return List.of(entry.get("takes").split(" ")).contains(type);
    }

    private static GrammarEntry pick(List<GrammarEntry> entries, Random random) {
        return entries.get(random.nextInt(entries.size()));
    }

    private static List<GrammarEntry> ofKind(String kind, List<GrammarEntry> entries) {
        return entries.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }
}
