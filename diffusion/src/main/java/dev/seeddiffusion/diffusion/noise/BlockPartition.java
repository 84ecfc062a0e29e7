package dev.seeddiffusion.diffusion.noise;

import java.util.random.RandomGenerator;

/**
 * Cuts a row of tokens into blocks of one length, the first of them shortened by a random offset,
 * so that training sees a block begin anywhere. Position 0, the document start, is always given and
 * belongs to no block.
 *
 * @param blockOf index of the block of each position, −1 for position 0
 * @param blocks number of blocks
 * @param blockTokens length of a full block
 */
public record BlockPartition(int[] blockOf, int blocks, int blockTokens) {

    /**
     * @param length tokens in the row, at least 2
     */
    public static BlockPartition of(int length, int blockTokens, RandomGenerator random) {
        int missing = random.nextInt(blockTokens);
        int[] blockOf = new int[length];
        blockOf[0] = -1;
        for (int i = 1; i < length; i++) {
            blockOf[i] = (i - 1 + missing) / blockTokens;
        }
        return new BlockPartition(blockOf, blockOf[length - 1] + 1, blockTokens);
    }

    /** The smallest noise level of a block: less than one mask a block teaches nothing. */
    double smallestLevel() {
        return 1.0 / blockTokens;
    }
}
