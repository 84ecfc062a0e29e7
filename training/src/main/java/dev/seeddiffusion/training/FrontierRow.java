package dev.seeddiffusion.training;

import dev.seeddiffusion.training.evaluation.OperatingPoint;
import dev.seeddiffusion.training.report.CurvePlot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One way to write, and what it comes to.
 *
 * @param curve the rows of one curve have the same
 * @param settings names and values of what the way consists in
 * @param all over all tasks
 * @param longOutputs over those with long right answers
 */
record FrontierRow(
        String curve,
        Map<String, Object> settings,
        OperatingPoint all,
        OperatingPoint longOutputs) {
    private static final String LINE = "%-22s %9s %6s %7s %13s %6s %7s %6s %9s %7s %6s %6s";

    static String heading() {
        return LINE.formatted(
                "",
                "threshold",
                "tasks",
                "pass@1",
                "ci95",
                "TPF",
                "tok/s",
                "S",
                "long only",
                "pass@1",
                "TPF",
                "S");
    }

    /** As a line below {@link #heading}. */
    String line() {
        double[] interval = all.interval();
        return LINE.formatted(
                curve,
                settings.getOrDefault("threshold", ""),
                all.tasks(),
                percent(all.passAt1()),
                percent(interval[0]) + "–" + percent(interval[1]),
                plain(all.tokensPerForward()),
                "%.1f".formatted(all.tokensPerSecond()),
                plain(all.speedUp()),
                longOutputs.tasks(),
                percent(longOutputs.passAt1()),
                plain(longOutputs.tokensPerForward()),
                plain(longOutputs.speedUp()));
    }

    /** Names and values, as they are written to a JSON file. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>(settings);
        figures.putAll(all.figures());
        figures.put("long_outputs", longOutputs.figures());
        return figures;
    }

    /** Quality over speed. */
    static CurvePlot plot(List<FrontierRow> rows) {
        Map<String, List<OperatingPoint>> curves = new LinkedHashMap<>();
        for (FrontierRow row : rows) {
            curves.computeIfAbsent(row.curve, _ -> new ArrayList<>()).add(row.all);
        }
        CurvePlot plot =
                new CurvePlot(
                        "Speed and quality",
                        "S = tokens per forward / r(B): speed-up over one token at a time",
                        "pass@1 (%)");
        curves.forEach(
                (name, points) -> {
                    points.sort(Comparator.comparing(OperatingPoint::speedUp));
                    plot.addMarked(
                            name,
                            points.stream().mapToDouble(OperatingPoint::speedUp).toArray(),
                            points.stream().mapToDouble(point -> 100 * point.passAt1()).toArray());
                });
        return plot;
    }

    private static String percent(double share) {
        return "%.1f%%".formatted(100 * share);
    }

    private static String plain(double value) {
        return "%.2f".formatted(value);
    }
}
