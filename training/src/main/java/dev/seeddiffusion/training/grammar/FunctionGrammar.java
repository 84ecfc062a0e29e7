package dev.seeddiffusion.training.grammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * An endless supply of small, correct, self-contained Python functions with docstrings: well-known
 * ones ({@code classics.txt}), compositions of a source, filters, a map and a reduction ({@code
 * pipelines.txt}), and reports of several of these, with varied names, phrasings, implementations
 * and styles.
 *
 * <p>Function {@code i} depends on the seed, the split and {@code i} alone. Immutable and
 * thread-safe.
 */
public final class FunctionGrammar {
    private static final double SHARE_OF_CLASSICS = 0.12;
    private static final double SHARE_OF_REPORTS = 0.2;
    private static final int FEWEST_PARTS = 2;
    private static final int MOST_PARTS = 5;

    private final List<Classic> classics = Classic.all();
    private final PipelineGrammar pipelines = PipelineGrammar.load();
    private final long seed;
    private final Split split;

    /**
     * @param seed equal seeds give equal functions
     * @param split which compositions to use, and no others
     */
    public FunctionGrammar(long seed, Split split) {
        this.seed = seed;
        this.split = split;
    }

    /**
     * @param index any number; different ones give, mostly, different functions
     */
    public GeneratedFunction function(long index) {
        Random random = random(index);
        Plan plan = random.nextDouble() < SHARE_OF_CLASSICS ? classic(random) : composed(random);
        return plan.write(new Choices(random.nextLong()));
    }

    /** A function that is composed of operations, none of the well-known ones. */
    public GeneratedFunction composedFunction(long index) {
        Random random = random(index);
        return composed(random).write(new Choices(random.nextLong()));
    }

    /** A composed function, another that differs in one operation, and what asks for that. */
    public Alteration alteration(long index) {
        Random random = random(index);
        while (true) {
            Optional<Alteration> alteration = alteration(composed(random), random);
            if (alteration.isPresent()) {
                return alteration.get();
            }
        }
    }

    private Optional<Alteration> alteration(Plan plan, Random random) {
        Choices choices = new Choices(random.nextLong());
        return switch (plan) {
            case Classic _ -> Optional.empty();
            case Pipeline pipeline ->
                    change(pipeline, random)
                            .map(
                                    change ->
                                            new Alteration(
                                                    pipeline.write(choices),
                                                    change.result().write(choices),
                                                    instruction(pipeline, change, choices)));
            case Report report -> {
                int part = random.nextInt(report.parts().size());
                Pipeline before = report.parts().get(part);
                yield change(before, random)
                        .filter(change -> Report.canHold(change.result()))
                        .map(change -> new Report(replaced(report.parts(), part, change.result())))
                        .filter(Report::isDistinct)
                        .map(
                                changed ->
                                        new Alteration(
                                                report.write(choices),
                                                changed.write(choices),
                                                "Replace %s by %s."
                                                        .formatted(
                                                                Report.key(before, choices),
                                                                Report.key(
                                                                        changed.parts().get(part),
                                                                        choices))));
            }
        };
    }

    /** In the function's own words for its parameters. */
    private static String instruction(Pipeline pipeline, PipelineChange change, Choices choices) {
        Names names = new Names(pipeline.parameters(), choices);
        return names.fill(change.instruction());
    }

    private Optional<PipelineChange> change(Pipeline pipeline, Random random) {
        List<PipelineChange> possible =
                PipelineChange.of(pipeline, pipelines).stream()
                        .filter(change -> change.result().isOf(split))
                        .toList();
        return possible.isEmpty()
                ? Optional.empty()
                : Optional.of(possible.get(random.nextInt(possible.size())));
    }

    private static List<Pipeline> replaced(List<Pipeline> parts, int index, Pipeline part) {
        List<Pipeline> changed = new ArrayList<>(parts);
        changed.set(index, part);
        return changed;
    }

    private Plan classic(Random random) {
        while (true) {
            Classic classic = classics.get(random.nextInt(classics.size()));
            if (classic.isOf(split)) {
                return classic;
            }
        }
    }

    private Plan composed(Random random) {
        return random.nextDouble() < SHARE_OF_REPORTS ? report(random) : pipeline(random);
    }

    private Pipeline pipeline(Random random) {
        while (true) {
            Pipeline pipeline = pipelines.pipeline(random);
            if (pipeline.isOf(split)) {
                return pipeline;
            }
        }
    }

    private Report report(Random random) {
        GrammarEntry source = pipelines.sources().get(random.nextInt(pipelines.sources().size()));
        double u = random.nextDouble();
        int count = FEWEST_PARTS + (int) (u * u * (MOST_PARTS - FEWEST_PARTS + 1)); // mostly few
        List<Pipeline> parts = new ArrayList<>();
        Set<List<String>> operations = new HashSet<>();
        while (parts.size() < count) {
            Pipeline part = pipelines.pipeline(source, random);
            if (part.isOf(split)
                    && Report.canHold(part)
                    && operations.add(part.compositions().getFirst().operations())) {
                parts.add(part);
            }
        }
        return new Report(parts);
    }

    private Random random(long index) {
        return new Random(Choices.mix(seed + Choices.mix(index)));
    }
}
