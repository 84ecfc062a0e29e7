package dev.seeddiffusion.diffusion.sampling;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Decides, after each denoising step, which masked positions of the canvas get their token. */
@FunctionalInterface
public interface UnmaskingPolicy {

    /**
     * @param masked what the model says of the masked positions; at least one
     * @param step denoising steps of this block before, from 0
     * @return indices of {@code masked} to place, none twice; there may be steps that place none,
     *     but not without end
     */
    int[] place(Candidates masked, int step);

    /**
     * Places what the model is sure of: every token at or above the threshold, or the surest one.
     *
     * <p>Source: Fast-dLLM, arXiv 2505.22618, confidence-aware parallel decoding.
     *
     * @param threshold in (0, 1]
     */
    static UnmaskingPolicy confidenceThreshold(double threshold) {
        requireIn(threshold > 0 && threshold <= 1, "A threshold is in (0, 1], not " + threshold);
        return (masked, _) -> {
            float[] confidences = masked.confidences();
            int[] sure =
                    IntStream.range(0, confidences.length)
                            .filter(i -> confidences[i] >= threshold)
                            .toArray();
            return sure.length > 0 ? sure : greatest(confidences, 1);
        };
    }

    /**
     * Places the n surest tokens, n the greatest with (n + 1) · (1 − cₙ) &lt; f, where cₙ is the
     * confidence of the n-th surest: the more tokens at once, the surer each must be. The surest
     * one is always placed.
     *
     * <p>Source: Fast-dLLM, arXiv 2505.22618, factor-based parallel decoding.
     *
     * @param f greater than 0; up to 1, greedy placement of all n at once is that of one after the
     *     other
     */
    static UnmaskingPolicy factor(double f) {
        requireIn(f > 0 && Double.isFinite(f), "A factor is greater than 0, not " + f);
        return (masked, _) -> {
            float[] confidences = masked.confidences();
            int[] surestFirst = greatest(confidences, confidences.length);
            int n = 1;
            while (n < surestFirst.length && (n + 2) * (1 - confidences[surestFirst[n]]) < f) {
                n++;
            }
            return IntStream.of(surestFirst).limit(n).toArray();
        };
    }

    /**
     * Places the tokens of least entropy, as many as keep what they may say about each other within
     * a bound: all but the last have at most {@code nats} of entropy together. One is always
     * placed.
     *
     * <p>Source: EB-Sampler, arXiv 2505.24857, with entropy as the measure of error as well.
     *
     * @param nats the bound, not negative
     */
    static UnmaskingPolicy entropyBound(double nats) {
        requireIn(
                nats >= 0 && Double.isFinite(nats), "An entropy bound is not negative, as " + nats);
        return (masked, _) -> {
            float[] entropies = masked.entropies();
            int[] leastFirst = least(entropies, entropies.length);
            int n = 1;
            double sum = entropies[leastFirst[0]];
            while (n < leastFirst.length && sum <= nats) {
                sum += entropies[leastFirst[n++]];
            }
            return IntStream.of(leastFirst).limit(n).toArray();
        };
    }

    /**
     * Places the k tokens a step whose likeliest is furthest ahead of the second.
     *
     * <p>Source: Kim et al., arXiv 2502.06768, top-k probability margin.
     *
     * @param k at least 1
     */
    static UnmaskingPolicy margin(int k) {
        requireIn(k >= 1, "A margin policy places at least one token a step, not " + k);
        return (masked, _) -> greatest(masked.margins(), k);
    }

    /**
     * Places the k surest tokens a step.
     *
     * @param k at least 1
     */
    static UnmaskingPolicy topK(int k) {
        requireIn(k >= 1, "Top-k places at least one token a step, not " + k);
        return (masked, _) -> greatest(masked.confidences(), k);
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
        return (masked, step) -> {
            float[] confidences = masked.confidences();
            int left = Math.max(1, steps - step);
            return greatest(confidences, Math.ceilDiv(confidences.length, left));
        };
    }

    /**
     * Places an equal share of a block a step, the surest tokens first: of blocks that begin with
     * given tokens too, which are finished in fewer steps.
     *
     * <p>Source: SDAR, arXiv 2510.06303, {@code low_confidence_static}.
     *
     * @param blockTokens tokens of a whole block, at least 1
     * @param steps of a whole block, at least 1
     */
    static UnmaskingPolicy share(int blockTokens, int steps) {
        return (masked, step) -> greatest(masked.confidences(), share(blockTokens, steps, step));
    }

    /**
     * Places every token above a threshold, but no fewer than {@link #share} does.
     *
     * <p>Source: SDAR, arXiv 2510.06303, {@code low_confidence_dynamic}.
     *
     * @param threshold in (0, 1]
     * @param blockTokens tokens of a whole block, at least 1
     * @param steps of a whole block, at least 1
     */
    static UnmaskingPolicy thresholdOrShare(double threshold, int blockTokens, int steps) {
        requireIn(threshold > 0 && threshold <= 1, "A threshold is in (0, 1], not " + threshold);
        return (masked, step) -> {
            float[] confidences = masked.confidences();
            int sure = 0;
            for (float confidence : confidences) {
                sure += confidence > threshold ? 1 : 0;
            }
            return greatest(confidences, Math.max(sure, share(blockTokens, steps, step)));
        };
    }

    private static int share(int blockTokens, int steps, int step) {
        return blockTokens / steps + (step < blockTokens % steps ? 1 : 0);
    }

    /**
     * Lets a clock run from 1 to {@code end} in equal steps; a step leaves the share of the masked
     * tokens masked that the clock has left of its time, and the last step none.
     *
     * <p>Source: Dream, arXiv 2508.15487, {@code entropy}, {@code maskgit_plus} and {@code
     * topk_margin}.
     *
     * @param steps at least 1
     * @param end time after the last step, in [0, 1)
     * @param by which tokens are placed first
     */
    static UnmaskingPolicy clock(int steps, double end, Sureness by) {
        requireIn(steps >= 1, "A clock takes at least one step, not " + steps);
        requireIn(end >= 0 && end < 1, "A clock that begins at 1 does not end at " + end);
        return (masked, step) -> clocked(by.of(masked), step, steps, end);
    }

    /** As {@link #clock(int, double, Sureness)}, in as many steps as there are tokens. */
    static UnmaskingPolicy clock(double end, Sureness by) {
        requireIn(end >= 0 && end < 1, "A clock that begins at 1 does not end at " + end);
        return (masked, step) -> clocked(by.of(masked), step, masked.maskedAtFirst(), end);
    }

    private static int[] clocked(float[] sureness, int step, int steps, double end) {
        double before = 1 - (1 - end) * step / steps;
        double after = 1 - (1 - end) * (step + 1) / steps;
        int count = (int) (sureness.length * (1 - after / before));
        return greatest(sureness, step < steps - 1 ? count : sureness.length);
    }

    private static int[] greatest(float[] values, int count) {
        return sorted(values, count, Comparator.comparing(i -> -values[i]));
    }

    private static int[] least(float[] values, int count) {
        return sorted(values, count, Comparator.comparing(i -> values[i]));
    }

    private static int[] sorted(float[] values, int count, Comparator<Integer> order) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(order)
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
