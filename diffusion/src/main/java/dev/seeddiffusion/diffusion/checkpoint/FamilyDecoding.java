package dev.seeddiffusion.diffusion.checkpoint;

/**
 * How a family's published code writes unless told otherwise.
 *
 * @param blockTokens tokens denoised together; {@link #ALL} for the whole output
 * @param windowTokens of a block, those that compete for a place at a time; {@link #ALL} for the
 *     whole block
 * @param rule which tokens are placed after a step
 * @param threshold of the rules that have one, in (0, 1]
 * @param wholeBlocks whether the last block is written whole, although its end lies beyond the
 *     output
 * @param endFillsBlock whether an end of text takes the place of what stands after it in its block
 */
public record FamilyDecoding(
        int blockTokens,
        int windowTokens,
        UnmaskingRule rule,
        double threshold,
        boolean wholeBlocks,
        boolean endFillsBlock) {

    static final int ALL = Integer.MAX_VALUE;

    /** Whether tokens are judged by their probability among those that top-p leaves. */
    public boolean judgesWithinTopP() {
        return rule == UnmaskingRule.ENTROPY_CLOCK;
    }

    static FamilyDecoding blocks(int tokens, UnmaskingRule rule, double threshold) {
        return new FamilyDecoding(tokens, ALL, rule, threshold, false, false);
    }

    FamilyDecoding inWindowsOf(int tokens) {
        return new FamilyDecoding(blockTokens, tokens, rule, threshold, wholeBlocks, endFillsBlock);
    }

    FamilyDecoding inWholeBlocks() {
        return new FamilyDecoding(blockTokens, windowTokens, rule, threshold, true, endFillsBlock);
    }

    FamilyDecoding whoseEndFillsItsBlock() {
        return new FamilyDecoding(blockTokens, windowTokens, rule, threshold, wholeBlocks, true);
    }
}
