package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import java.util.List;

/**
 * How an output is sampled. Begins as {@link #of} or {@link #greedy}; each other method gives the
 * same settings but for what it names.
 *
 * @param mode which of the model's modes writes
 * @param maxTokens most tokens of output
 * @param maxSteps most denoising steps; what is final after them is the output
 * @param draw how a token is drawn
 * @param stop strings that end the output and are not part of it
 * @param denoising how blocks are denoised; without effect in autoregressive mode
 * @param drafts whether the canvas is wanted after each step, as text
 * @param recorded whether the {@link Trajectory} is wanted; diffusion only
 */
public record SamplingSettings(
        DecodingMode mode,
        int maxTokens,
        int maxSteps,
        Draw draw,
        List<String> stop,
        Denoising denoising,
        boolean drafts,
        boolean recorded) {

    /**
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    public SamplingSettings {
        require(maxTokens >= 1, "maxTokens is " + maxTokens + ", but must be at least 1");
        require(maxSteps >= 1, "maxSteps is " + maxSteps + ", but must be at least 1");
        require(stop.stream().noneMatch(String::isEmpty), "a stop string is empty");
        require(
                !recorded || mode == DecodingMode.DIFFUSION,
                "only diffusion has canvases to record");
        stop = List.copyOf(stop);
    }

    /** The likeliest output in blocks. */
    public static SamplingSettings of(int maxTokens, Denoising denoising) {
        return new SamplingSettings(
                DecodingMode.DIFFUSION,
                maxTokens,
                Integer.MAX_VALUE,
                Draw.LIKELIEST,
                List.of(),
                denoising,
                false,
                false);
    }

    /** The likeliest output in blocks, placed by confidence: what a model card's figures use. */
    public static SamplingSettings greedy(int maxTokens, int blockTokens, double threshold) {
        return of(
                maxTokens,
                new Denoising(blockTokens, UnmaskingPolicy.confidenceThreshold(threshold)));
    }

    /** In another mode. */
    public SamplingSettings in(DecodingMode other) {
        return new SamplingSettings(
                other, maxTokens, maxSteps, draw, stop, denoising, drafts, recorded);
    }

    /** With another bound of its steps. */
    public SamplingSettings within(int steps) {
        return new SamplingSettings(
                mode, maxTokens, steps, draw, stop, denoising, drafts, recorded);
    }

    /** One token a forward. */
    public SamplingSettings autoregressive() {
        return in(DecodingMode.AUTOREGRESSIVE);
    }

    /** With tokens drawn in another way. */
    public SamplingSettings drawn(Draw other) {
        return new SamplingSettings(
                mode, maxTokens, maxSteps, other, stop, denoising, drafts, recorded);
    }

    /** Ended by other strings. */
    public SamplingSettings stoppedAt(List<String> strings) {
        return new SamplingSettings(
                mode, maxTokens, maxSteps, draw, strings, denoising, drafts, recorded);
    }

    /** With blocks denoised in another way. */
    public SamplingSettings denoised(Denoising other) {
        return new SamplingSettings(mode, maxTokens, maxSteps, draw, stop, other, drafts, recorded);
    }

    /** With the canvas after each step, if so wanted. */
    public SamplingSettings drafting(boolean wanted) {
        return new SamplingSettings(
                mode, maxTokens, maxSteps, draw, stop, denoising, wanted, recorded);
    }

    /** With its trajectory recorded. */
    public SamplingSettings recording() {
        return new SamplingSettings(mode, maxTokens, maxSteps, draw, stop, denoising, drafts, true);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message + ".");
        }
    }
}
