package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Transformer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a prompt's beginning costs: computed, in one forward, and brought along as bytes. */
final class PrefixFigures {

    private static final int MOST_TOKENS = 1024;
    private static final int ROUNDS = 21;
    private static final double NANOS_PER_MILLI = 1e6;

    private PrefixFigures() {}

    /**
     * @return names and values, medians in milliseconds
     */
    static Map<String, Object> of(Transformer model) {
        int[] prefix = new int[Math.min(MOST_TOKENS, model.config().contextTokens() / 2)];
        Arrays.fill(prefix, model.config().documentEnd());
        double[] miss = new double[ROUNDS];
        double[] hit = new double[ROUNDS];
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tokens", prefix.length);
        try (KvCache cache = model.newCache(prefix.length)) {
            figures.put("bytes_per_token", cache.bytesPerToken());
            for (int round = 0; round < ROUNDS; round++) {
                cache.truncate(0);
                miss[round] =
                        millis(
                                () ->
                                        model.forward(cache, prefix, new int[0], prefix.length - 1)
                                                .close());
                ByteBuffer kept = cache.read(0, prefix.length);
                cache.truncate(0);
                hit[round] = millis(() -> cache.append(kept, prefix.length));
            }
        }
        figures.put("miss", median(miss));
        figures.put("hit", median(hit));
        return figures;
    }

    private static double millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return ForwardFigures.rounded(values[values.length / 2]);
    }
}
