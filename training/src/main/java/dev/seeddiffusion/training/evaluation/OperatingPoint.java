package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.training.evaluation.TaskResult.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * How well and how fast tasks were answered: a point of the speed-quality plane.
 *
 * @param tasks how many
 * @param passAt1 share of them answered rightly, 0 without tasks
 * @param tokensPerForward committed tokens of all answers ÷ forwards of all; 0 without forwards
 * @param tokensPerSecond committed tokens of all answers ÷ their time, prefill included
 * @param speedUp S = tokens per forward ÷ r(B), the speed-up over one token a forward (ALGORITHMS
 *     §8)
 */
public record OperatingPoint(
        int tasks,
        double passAt1,
        double tokensPerForward,
        double tokensPerSecond,
        double speedUp) {
    private static final double NANOS = 1e9;

    /**
     * @param results may be none
     * @param forwardRatio r(B): time of a forward over a block ÷ of one over a token
     */
    public static OperatingPoint of(List<TaskResult> results, double forwardRatio) {
        long tokens = sum(results, Answer::tokens);
        long forwards = sum(results, Answer::forwards);
        long nanos = sum(results, Answer::nanos);
        double perForward = forwards == 0 ? 0 : (double) tokens / forwards;
        return new OperatingPoint(
                results.size(),
                PassRate.atK(results, 1),
                perForward,
                nanos == 0 ? 0 : tokens * NANOS / nanos,
                perForward / forwardRatio);
    }

    private static long sum(List<TaskResult> results, ToLongFunction<Answer> cost) {
        return results.stream()
                .flatMap(result -> result.samples().stream())
                .map(Sample::answer)
                .mapToLong(cost)
                .sum();
    }

    /** Bounds that hold the true pass@1 with 95 %. */
    public double[] interval() {
        return PassRate.interval(passAt1, tasks);
    }

    /** Names and values, as they are written to a JSON file. */
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tasks", tasks);
        figures.put("pass_at_1", SuiteFigures.rounded(passAt1));
        double[] interval = interval();
        figures.put(
                "ci95",
                List.of(SuiteFigures.rounded(interval[0]), SuiteFigures.rounded(interval[1])));
        figures.put("tokens_per_forward", SuiteFigures.rounded(tokensPerForward));
        figures.put("tokens_per_second", SuiteFigures.rounded(tokensPerSecond));
        figures.put("S", SuiteFigures.rounded(speedUp));
        return figures;
    }
}
