package dev.seeddiffusion.training.evaluation;

import java.util.List;
import java.util.Map;

/** Figures as a table to read: single values, then a row a kind of task. */
public final class SuiteTable {
    private static final String ROW = "%-14s %6s %9s %15s %8s %8s %9s %8s%n";

    private SuiteTable() {}

    /**
     * @param figures of {@link SuiteFigures}, and any others beside them
     */
    public static String of(Map<String, Object> figures) {
        StringBuilder table = new StringBuilder();
        figures.forEach(
                (name, value) -> {
                    if (!(value instanceof Map || value instanceof List)) {
                        table.append("%-34s %s%n".formatted(name, value));
                    }
                });
        table.append(
                "%n".formatted()
                        + ROW.formatted(
                                "",
                                "tasks",
                                "pass@1",
                                "ci95",
                                "score",
                                "TPF",
                                "tok/task",
                                "steps"));
        if (figures.get("by_kind") instanceof Map<?, ?> kinds) {
            kinds.forEach((kind, group) -> table.append(row(kind.toString(), (Map<?, ?>) group)));
        }
        table.append(row("all", figures));
        if (figures.get("long_outputs") instanceof Map<?, ?> group) {
            table.append(row("long outputs", group));
        }
        if (figures.get("pass_at_k") instanceof Map<?, ?> atK) {
            atK.forEach((k, rate) -> table.append("pass@%s %s%n".formatted(k, percent(rate))));
        }
        return table.toString();
    }

    private static String row(String name, Map<?, ?> group) {
        String interval =
                group.get("ci95") instanceof List<?> bounds
                        ? percent(bounds.getFirst()) + "–" + percent(bounds.getLast())
                        : "";
        return ROW.formatted(
                name,
                group.get("tasks"),
                percent(group.get("pass_at_1")),
                interval,
                percent(group.get("score")),
                plain(group.get("tokens_per_forward")),
                plain(group.get("tokens_per_task")),
                plain(group.get("steps_per_task")));
    }

    private static String percent(Object share) {
        return share instanceof Number number ? "%.1f%%".formatted(100 * number.doubleValue()) : "";
    }

    private static String plain(Object value) {
        return value instanceof Number number ? "%.2f".formatted(number.doubleValue()) : "";
    }
}
