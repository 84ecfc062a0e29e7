package dev.seeddiffusion.diffusion.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times forwards of several lengths in turns, so that a busy moment hits all of them. */
public final class ForwardTimes {

    private static final int PREFIX_TOKENS = 128;
    private static final int WARM_UP_ROUNDS = 10;
    private static final double NANOS_PER_MILLI = 1e6;

    private ForwardTimes() {}

    /**
     * Times forwards behind 128 clean tokens, or half of the context where that is shorter.
     *
     * @param canvases tokens of each forward to time
     * @param rounds how often each is timed, at least 1
     * @return median milliseconds of a forward over so many tokens, choosing included
     * @throws IllegalArgumentException if the longest does not fit into the model's context
     */
    public static Map<Integer, Double> medians(Transformer model, int[] canvases, int rounds) {
        int prefix = Math.min(PREFIX_TOKENS, model.config().contextTokens() / 2);
        double[][] millis = new double[canvases.length][rounds];
        int longest = Arrays.stream(canvases).max().orElseThrow();
        try (KvCache cache = model.newCache(prefix + longest)) {
            int[] clean = new int[prefix];
            Arrays.fill(clean, model.config().documentEnd());
            model.forward(cache, clean, new int[0], prefix - 1).close();
            for (int round = -Math.min(rounds, WARM_UP_ROUNDS); round < rounds; round++) {
                for (int i = 0; i < canvases.length; i++) {
                    int[] canvas = new int[canvases[i]];
                    Arrays.fill(canvas, model.config().mask());
                    long start = System.nanoTime();
                    try (Logits logits = model.forward(cache, new int[0], canvas, 0)) {
                        logits.likeliest();
                    }
                    if (round >= 0) {
                        millis[i][round] = (System.nanoTime() - start) / NANOS_PER_MILLI;
                    }
                }
            }
        }
        Map<Integer, Double> medians = new LinkedHashMap<>();
        for (int i = 0; i < canvases.length; i++) {
            Arrays.sort(millis[i]);
            medians.put(canvases[i], millis[i][rounds / 2]);
        }
        return medians;
    }
}
