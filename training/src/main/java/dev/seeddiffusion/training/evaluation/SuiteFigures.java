package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.training.evaluation.TaskResult.Sample;
import dev.seeddiffusion.training.suite.TaskKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a suite's results come to: names and values, as they are written to a JSON file. */
public final class SuiteFigures {
    private static final List<Integer> K = List.of(1, 2, 5, 10, 20, 50, 100);
    private static final int LONG_OUTPUT_TOKENS = 60;
    private static final double DIGITS = 1e4;

    private SuiteFigures() {}

    /**
     * @param results at least one, all with as many samples
     */
    public static Map<String, Object> of(List<TaskResult> results) {
        Map<String, Object> figures = new LinkedHashMap<>(group(results));
        int samples = results.getFirst().samples().size();
        if (samples > 1) {
            Map<Integer, Double> atK = new LinkedHashMap<>();
            IntStream.concat(K.stream().mapToInt(k -> k), IntStream.of(samples))
                    .filter(k -> k <= samples)
                    .forEach(k -> atK.put(k, rounded(PassRate.atK(results, k))));
            figures.put("pass_at_k", atK);
        }
        Map<String, Object> byKind = new LinkedHashMap<>();
        for (TaskKind kind : TaskKind.values()) {
            List<TaskResult> ofKind = results.stream().filter(r -> r.kind() == kind).toList();
            if (!ofKind.isEmpty()) {
                byKind.put(kind.name().toLowerCase(), group(ofKind));
            }
        }
        figures.put("by_kind", byKind);
        figures.put("long_outputs", longOutputs(results));
        figures.put(
                "prompts_too_long",
                results.stream()
                        .filter(result -> result.samples().getFirst().answer().text() == null)
                        .count());
        return figures;
    }

    private static Map<String, Object> group(List<TaskResult> results) {
        List<Sample> samples = results.stream().flatMap(r -> r.samples().stream()).toList();
        double rate = PassRate.atK(results, 1);
        double[] interval = PassRate.interval(rate, results.size());
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tasks", results.size());
        figures.put("pass_at_1", rounded(rate));
        figures.put("ci95", List.of(rounded(interval[0]), rounded(interval[1])));
        figures.put("score", rounded(mean(samples.stream().mapToDouble(Sample::score).toArray())));
        putCosts(figures, samples);
        return figures;
    }

    /** Outputs that leave room to place many tokens at once. */
    private static Map<String, Object> longOutputs(List<TaskResult> results) {
        List<Sample> samples =
                results.stream()
                        .filter(r -> r.kind() == TaskKind.COMPLETION || r.kind() == TaskKind.EDIT)
                        .flatMap(r -> r.samples().stream())
                        .filter(sample -> sample.answer().tokens() >= LONG_OUTPUT_TOKENS)
                        .toList();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tasks", samples.size());
        figures.put(
                "pass_at_1",
                rounded(mean(samples.stream().mapToDouble(s -> s.passes() ? 1 : 0).toArray())));
        putCosts(figures, samples);
        return figures;
    }

    private static void putCosts(Map<String, Object> figures, List<Sample> all) {
        List<Answer> answers =
                all.stream().map(Sample::answer).filter(answer -> answer.forwards() > 0).toList();
        if (answers.isEmpty()) {
            return;
        }
        double tokens = answers.stream().mapToInt(Answer::tokens).sum();
        double forwards = answers.stream().mapToInt(Answer::forwards).sum();
        double steps = answers.stream().mapToInt(Answer::steps).sum();
        double[] each =
                answers.stream().mapToDouble(a -> (double) a.tokens() / a.forwards()).toArray();
        figures.put("tokens_per_forward", rounded(tokens / forwards));
        figures.put("tokens_per_forward_mean_of_tasks", rounded(mean(each)));
        figures.put("tokens_per_task", rounded(tokens / answers.size()));
        figures.put("steps_per_task", rounded(steps / answers.size()));
    }

    private static double mean(double[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    }

    static double rounded(double value) {
        return Math.round(value * DIGITS) / DIGITS;
    }
}
