package dev.seeddiffusion.diffusion.sampling;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Decides, after each denoising step, which masked positions of the canvas get their token. */
@FunctionalInterface
public interface UnmaskingPolicy {

    /**
     * @param confidences the model's probability of the token proposed at each masked position, in
     *     the order of the positions; at least one
     * @param step denoising steps of this block before, from 0
     * @return indices into {@code confidences} to place, at least one, none twice
     */
    int[] place(float[] confidences, int step);

    /**
     * Places what the model is sure of: every token at or above the threshold, or the surest one.
     *
     * <p>Source: Fast-dLLM, arXiv 2505.22618, confidence-aware parallel decoding.
     *
     * @param threshold in (0, 1]
     */
    static UnmaskingPolicy confidenceThreshold(double threshold) {
        requireIn(threshold > 0 && threshold <= 1, "A threshold is in (0, 1], not " + threshold);
        return (confidences, _) -> {
            int[] sure =
                    IntStream.range(0, confidences.length)
                            .filter(i -> confidences[i] >= threshold)
                            .toArray();
            return sure.length > 0 ? sure : surest(confidences, 1);
        };
    }

    /**
     * Places the k surest tokens a step.
     *
     * @param k at least 1
     */
    static UnmaskingPolicy topK(int k) {
        requireIn(k >= 1, "Top-k places at least one token a step, not " + k);
        return (confidences, _) -> surest(confidences, k);
    }

    /**
     * Fills a block in a fixed number of steps, the surest tokens first, as many a step as it
     * takes.
     *
     * <p>Source: LLaDA, arXiv 2502.09992, low-confidence remasking.
     *
     * @param steps a block, at least 1
     */
    static UnmaskingPolicy fixedSteps(int steps) {
        requireIn(steps >= 1, "A block takes at least one step, not " + steps);
        return (confidences, step) -> {
            int left = Math.max(1, steps - step);
            return surest(confidences, Math.ceilDiv(confidences.length, left));
        };
    }

    private static int[] surest(float[] confidences, int count) {
        return IntStream.range(0, confidences.length)
                .boxed()
                .sorted(Comparator.comparing(i -> -confidences[i]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static void requireIn(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message + ".");
        }
    }
}
