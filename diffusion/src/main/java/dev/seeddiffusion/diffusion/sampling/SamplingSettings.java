package dev.seeddiffusion.diffusion.sampling;

import java.util.List;

/**
 * How an output is sampled.
 *
 * @param mode diffusion or autoregressive
 * @param maxTokens most tokens of output
 * @param temperature 0 takes the likeliest token
 * @param topP share of probability to sample from, in (0, 1]; without effect at temperature 0
 * @param seed equal seeds give equal output
 * @param stop strings that end the output and are not part of it
 * @param blockTokens tokens denoised together
 * @param policy which tokens of a block are placed after a step
 * @param drafts whether the canvas is wanted after each step
 */
public record SamplingSettings(
        Mode mode,
        int maxTokens,
        double temperature,
        double topP,
        long seed,
        List<String> stop,
        int blockTokens,
        UnmaskingPolicy policy,
        boolean drafts) {

    /** Which of the model's modes writes. */
    public enum Mode {
        DIFFUSION,
        AUTOREGRESSIVE
    }

    /**
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    public SamplingSettings {
        require(maxTokens >= 1, "maxTokens is %s, but must be at least 1", maxTokens);
        require(temperature >= 0, "temperature is %s, but must not be negative", temperature);
        require(topP > 0 && topP <= 1, "topP is %s, but must be in (0, 1]", topP);
        require(blockTokens >= 1, "blockTokens is %s, but must be at least 1", blockTokens);
        require(stop.stream().noneMatch(String::isEmpty), "a stop string is empty%s", "");
        stop = List.copyOf(stop);
    }

    /** The likeliest output in blocks, placed by confidence: what a model card's figures use. */
    public static SamplingSettings greedy(int maxTokens, int blockTokens, double threshold) {
        return new SamplingSettings(
                Mode.DIFFUSION,
                maxTokens,
                0,
                1,
                0,
                List.of(),
                blockTokens,
                UnmaskingPolicy.confidenceThreshold(threshold),
                false);
    }

    /** The same, one token a forward. */
    public SamplingSettings autoregressive() {
        return new SamplingSettings(
                Mode.AUTOREGRESSIVE,
                maxTokens,
                temperature,
                topP,
                seed,
                stop,
                blockTokens,
                policy,
                drafts);
    }

    /** The same, with the canvas after each step. */
    public SamplingSettings withDrafts() {
        return new SamplingSettings(
                mode, maxTokens, temperature, topP, seed, stop, blockTokens, policy, true);
    }

    private static void require(boolean holds, String message, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(value) + ".");
        }
    }
}
