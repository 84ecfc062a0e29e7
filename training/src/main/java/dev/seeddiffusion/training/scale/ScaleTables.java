package dev.seeddiffusion.training.scale;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables of docs/scale.md. */
final class ScaleTables {

    private static final List<ServedModel> MODELS =
            List.of(ServedModel.NANO, ServedModel.OF_200_MILLION);

    private static final long[] REQUESTS_A_DAY = {10_000, 100_000, 1_000_000, 10_000_000};

    /** A model that nobody served here, in the shape that published ones of its size have. */
    private static final ModelShape OF_8_BILLION =
            new ModelShape("8 billion, 36 layers", 8_200_000_000L, 36, 8, 128, 8192);

    private static final double GIB = 1L << 30;
    private static final double GB = 1e9;
    private static final double MB = 1e6;

    private ScaleTables() {}

    static String of(long seed) {
        return MODELS.stream().map(it -> capacity(it, seed)).collect(Collectors.joining("\n"))
                + "\n"
                + memory();
    }

    private static String capacity(ServedModel model, long seed) {
        StringBuilder table = new StringBuilder();
        line(
                table,
                "| `%s`: requests a day | at the busiest hour | replicas | busy | first token, p99"
                        + " | beginnings in memory, fetched | Redis: nodes, holds, sends | bottleneck |",
                model.shape().name());
        line(table, "| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (long requests : REQUESTS_A_DAY) {
            CapacityPlan plan = CapacityPlan.of(model, Traffic.ofDay(requests), seed);
            Findings found = plan.findings();
            line(
                    table,
                    "| %,d | %.1f/s | %d | %.0f %% | %.0f ms | %.0f, %.0f %% | %d, %.1f GB, %.0f MB/s"
                            + " | %s |",
                    requests,
                    plan.traffic().perSecond(),
                    plan.replicas(),
                    100 * found.busy(),
                    1000 * found.firstTokenSeconds(),
                    100 * found.fromMemory(),
                    100 * found.fromRedis(),
                    plan.redisNodes(),
                    CapacityPlan.heldBytes(model, plan.traffic()) / GB,
                    found.redisBusy() * plan.redisNodes() * model.redisBytesPerSecond() / MB,
                    plan.bottleneck());
        }
        return table.toString();
    }

    private static String memory() {
        StringBuilder table = new StringBuilder();
        line(
                table,
                "| model | weights | a token's keys and values | a request of full context |"
                        + " requests in 24 GiB | in 80 GiB |");
        line(table, "| --- | --- | --- | --- | --- | --- |");
        for (ModelShape shape :
                List.of(
                        ServedModel.NANO.shape(),
                        ServedModel.OF_200_MILLION.shape(),
                        OF_8_BILLION)) {
            line(
                    table,
                    "| %s | %.2f GiB | %,d KiB | %.3f GiB | %,d | %,d |",
                    shape.name(),
                    shape.weightBytes() / GIB,
                    shape.tokenBytes() / 1024,
                    shape.contextTokens() * shape.tokenBytes() / GIB,
                    shape.requestsIn(24L << 30),
                    shape.requestsIn(80L << 30));
        }
        return table.toString();
    }

    private static void line(StringBuilder table, String format, Object... values) {
        table.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
