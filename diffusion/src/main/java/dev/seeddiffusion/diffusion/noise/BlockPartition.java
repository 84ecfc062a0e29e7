package dev.seeddiffusion.diffusion.noise;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which tokens of a clean row are denoised, and in which blocks: a list of slots, each the noisy
 * twin of one position. What a row gives (the document start, a prompt) has no slot.
 *
 * <p>Blocks have one length; a segment's first may be shortened, so that training sees a block
 * begin anywhere. Where a segment ends its document, the last block runs on beyond it, as a canvas
 * does that is sampled: a block's length must not tell where the text ends.
 *
 * @param positions of each slot's token in the row, or where it would be, beyond the end
 * @param blockOf index of each slot's block, ascending
 * @param beyondEnd whether the slot lies after its document's end: masked, unless edits push text
 *     there; never scored
 * @param blocks number of blocks
 * @param blockTokens length of a full block
 */
public record BlockPartition(
        int[] positions, int[] blockOf, boolean[] beyondEnd, int blocks, int blockTokens) {

    private static final double SHARE_OF_FULL_FIRST_BLOCKS = 0.5;

    /**
     * Tokens to be denoised in a row, of one document.
     *
     * @param start position of the first
     * @param end position after the last
     * @param ends whether the last is the document's end, and not merely the row's
     */
    public record Segment(int start, int end, boolean ends) {}

    /**
     * @param segments in ascending order, none empty
     * @param blockTokens length of a full block, at least 1
     */
    public static BlockPartition of(
            List<Segment> segments, int blockTokens, RandomGenerator random) {
        int most =
                segments.stream().mapToInt(segment -> segment.end - segment.start).sum()
                        + segments.size() * blockTokens;
        Slots slots = new Slots(most, blockTokens);
        for (Segment segment : segments) {
            boolean full = random.nextDouble() < SHARE_OF_FULL_FIRST_BLOCKS;
            slots.add(segment, full ? 0 : random.nextInt(blockTokens));
        }
        return slots.toPartition();
    }

    /**
     * @param slot any slot of a block
     * @return the slot after the block's last
     */
    public int blockEnd(int slot) {
        int end = slot + 1;
        while (end < blockOf.length && blockOf[end] == blockOf[slot]) {
            end++;
        }
        return end;
    }

    /** Number of slots. */
    public int slots() {
        return positions.length;
    }

    /** The smallest noise level of a block: less than one mask a block teaches nothing. */
    double smallestLevel() {
        return 1.0 / blockTokens;
    }

    private static final class Slots {
        private final int[] positions;
        private final int[] blockOf;
        private final boolean[] beyondEnd;
        private final int blockTokens;
        private int count;
        private int blocks;

        Slots(int most, int blockTokens) {
            this.positions = new int[most];
            this.blockOf = new int[most];
            this.beyondEnd = new boolean[most];
            this.blockTokens = blockTokens;
        }

        /**
         * @param missing tokens by which the first block is shorter
         */
        void add(Segment segment, int missing) {
            int tokens = segment.end - segment.start;
            int inBlocks = Math.ceilDiv(tokens + missing, blockTokens) * blockTokens - missing;
            int slots = segment.ends ? inBlocks : tokens;
            for (int i = 0; i < slots; i++) {
                positions[count] = segment.start + i;
                blockOf[count] = blocks + (i + missing) / blockTokens;
                beyondEnd[count] = i >= tokens;
                count++;
            }
            blocks = blockOf[count - 1] + 1;
        }

        BlockPartition toPartition() {
            return new BlockPartition(
                    Arrays.copyOf(positions, count),
                    Arrays.copyOf(blockOf, count),
                    Arrays.copyOf(beyondEnd, count),
                    blocks,
                    blockTokens);
        }
    }
}
