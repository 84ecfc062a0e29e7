package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.checkpoint.FamilyDecoding;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import org.jspecify.annotations.Nullable;

/**
 * How a block is denoised.
 *
 * <p>With a revise threshold, each step also replaces placed tokens for which the model proposes
 * another at or above it: two thresholds, one to place and one to revise (ALGORITHMS, sampling). A
 * position is revised at most {@value #MOST_REVISIONS} times. A block is complete as soon as no
 * mask is left before the end of the text, revised in its last step or not: a forward only to look
 * once more would cost what revision is to save.
 *
 * @param blockTokens tokens denoised together; in families whose context is block-causal, also how
 *     far clean tokens see
 * @param windowTokens of a block, those that compete for a place at a time; all of it if they are
 *     more
 * @param policy which tokens are placed after a step
 * @param reviseThreshold confidence from which another token replaces a placed one, in (0, 1]; null
 *     if placed tokens stay
 * @param approximatePrefix whether, under bidirectional context, keys and values of what is before
 *     a window are those of the window's first forward while it is denoised (Fast-dLLM's prefix
 *     cache, arXiv 2505.22618): faster, and not the same output. Without effect in other families
 */
public record Denoising(
        int blockTokens,
        int windowTokens,
        UnmaskingPolicy policy,
        @Nullable Double reviseThreshold,
        boolean approximatePrefix) {

    /** Times that one position is revised at most. */
    public static final int MOST_REVISIONS = 2;

    /** Dream's {@code eps}. */
    private static final double CLOCK_END = 1e-3;

    /**
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    public Denoising {
        if (blockTokens < 1) {
            throw new IllegalArgumentException(
                    "blockTokens is " + blockTokens + ", but must be at least 1.");
        }
        if (windowTokens < 1) {
            throw new IllegalArgumentException(
                    "windowTokens is " + windowTokens + ", but must be at least 1.");
        }
        if (reviseThreshold != null && !(reviseThreshold > 0 && reviseThreshold <= 1)) {
            throw new IllegalArgumentException(
                    "reviseThreshold is " + reviseThreshold + ", but must be in (0, 1].");
        }
    }

    /** All of a block competes. */
    public Denoising(int blockTokens, UnmaskingPolicy policy, @Nullable Double reviseThreshold) {
        this(blockTokens, Integer.MAX_VALUE, policy, reviseThreshold, false);
    }

    /** All of a block competes, and placed tokens stay. */
    public Denoising(int blockTokens, UnmaskingPolicy policy) {
        this(blockTokens, policy, null);
    }

    /**
     * The defaults of a checkpoint's family, as its published code has them, but for what {@code
     * defaults} say.
     */
    static Denoising of(ModelConfig config, SamplingDefaults defaults) {
        FamilyDecoding published = config.family().decoding();
        int block = defaults.blockTokens();
        UnmaskingPolicy policy =
                switch (published.rule()) {
                    case THRESHOLD -> UnmaskingPolicy.confidenceThreshold(defaults.threshold());
                    case THRESHOLD_OR_SHARE ->
                            UnmaskingPolicy.thresholdOrShare(defaults.threshold(), block, block);
                    case SUREST -> UnmaskingPolicy.topK(1);
                    case ENTROPY_CLOCK -> UnmaskingPolicy.clock(CLOCK_END, Sureness.CERTAINTY);
                };
        return new Denoising(
                block,
                published.windowTokens(),
                policy,
                defaults.reviseThreshold(),
                defaults.approximatePrefix());
    }

    /** The same, in blocks of another length. */
    public Denoising inBlocksOf(int tokens) {
        return new Denoising(tokens, windowTokens, policy, reviseThreshold, approximatePrefix);
    }

    /** The same, placed by another policy. */
    public Denoising placedBy(UnmaskingPolicy other) {
        return new Denoising(blockTokens, windowTokens, other, reviseThreshold, approximatePrefix);
    }

    /** The same, revised from another confidence on; null for never. */
    public Denoising revisedFrom(@Nullable Double threshold) {
        return new Denoising(blockTokens, windowTokens, policy, threshold, approximatePrefix);
    }

    /** The same, with keys and values kept of what is before a window. */
    public Denoising keepingPrefix() {
        return new Denoising(blockTokens, windowTokens, policy, reviseThreshold, true);
    }
}
