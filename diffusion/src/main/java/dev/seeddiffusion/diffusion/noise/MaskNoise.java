package dev.seeddiffusion.diffusion.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Mask noise: each token of a block becomes the mask token, independently, with probability t.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, mask-based forward process, with γ(t) = t. Departs
 * from it: levels are clipped to [1 / blockTokens, 1] and every block gets at least one mask.
 * Immutable and thread-safe; equal random states give equal noise.
 */
public final class MaskNoise {

    private final int mask;

    /**
     * @param mask id of the mask token
     */
    public MaskNoise(int mask) {
        this.mask = mask;
    }

    /**
     * A row after noise.
     *
     * @param tokens token ids, masks included
     * @param weights γ'(t) / γ(t) = 1 / t of its block at each masked position, 0 elsewhere
     */
    public record NoisyRow(int[] tokens, double[] weights) {

        /** Whether the position was masked. */
        public boolean isMasked(int position) {
            return weights[position] > 0;
        }
    }

    /**
     * @param clean token ids of a row, without a mask
     * @param levels noise level of each block, in (0, 1]
     * @throws IllegalArgumentException if {@code clean} holds the mask id or a level is out of
     *     range
     */
    public NoisyRow corrupt(
            int[] clean, BlockPartition partition, double[] levels, RandomGenerator random) {
        double[] clipped = clip(levels, partition);
        int[] tokens = clean.clone();
        double[] weights = new double[clean.length];
        int[] first = new int[partition.blocks()];
        int[] length = new int[partition.blocks()];
        boolean[] touched = new boolean[partition.blocks()];
        for (int i = 1; i < clean.length; i++) {
            if (clean[i] == mask) {
                throw new IllegalArgumentException("Clean token " + i + " is the mask.");
            }
            int block = partition.blockOf()[i];
            first[block] = length[block]++ == 0 ? i : first[block];
            if (random.nextDouble() < clipped[block]) {
                tokens[i] = mask;
                weights[i] = 1 / clipped[block];
                touched[block] = true;
            }
        }
        for (int block = 0; block < partition.blocks(); block++) {
            if (!touched[block]) {
                int i = first[block] + random.nextInt(length[block]);
                tokens[i] = mask;
                weights[i] = 1 / clipped[block];
            }
        }
        return new NoisyRow(tokens, weights);
    }

    private static double[] clip(double[] levels, BlockPartition partition) {
        if (levels.length != partition.blocks()) {
            throw new IllegalArgumentException(
                    "%d levels for %d blocks.".formatted(levels.length, partition.blocks()));
        }
        return Arrays.stream(levels)
                .map(
                        level -> {
                            if (!(level > 0 && level <= 1)) {
                                throw new IllegalArgumentException(
                                        "A noise level is " + level + ", not in (0, 1].");
                            }
                            return Math.max(level, partition.smallestLevel());
                        })
                .toArray();
    }
}
