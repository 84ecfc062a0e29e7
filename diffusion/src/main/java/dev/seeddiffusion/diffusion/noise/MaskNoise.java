package dev.seeddiffusion.diffusion.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Mask noise: each token of a block becomes the mask token, independently, with probability t; only
 * masked tokens are scored, with weight γ'(t) / γ(t) = 1 / t.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, mask-based forward process, with γ(t) = t. Departs
 * from it: levels are clipped to [1 / blockTokens, 1] and every block gets at least one mask.
 * Immutable and thread-safe; equal random states give equal noise.
 */
public final class MaskNoise implements Noise {

    private final int mask;

    /**
     * @param mask id of the mask token
     */
    public MaskNoise(int mask) {
        this.mask = mask;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a token to be denoised is the mask or a level is out of
     *     range
     */
    @Override
    public NoisyRow corrupt(
            int[] clean, BlockPartition partition, double[] levels, RandomGenerator random) {
        double[] clipped = clip(levels, partition);
        int slots = partition.slots();
        NoisyRow noisy = new NoisyRow(new int[slots], new double[slots]);
        for (int first = 0; first < slots; ) {
            int block = partition.blockOf()[first];
            int end = partition.blockEnd(first);
            int text = 0; // slots of the block that are not beyond the end
            int masked = 0;
            for (int slot = first; slot < end; slot++) {
                if (partition.beyondEnd()[slot]) {
                    noisy.tokens()[slot] = mask;
                    continue;
                }
                text++;
                int token = clean[partition.positions()[slot]];
                if (token == mask) {
                    throw new IllegalArgumentException(
                            "Clean token " + partition.positions()[slot] + " is the mask.");
                }
                noisy.tokens()[slot] = token;
                if (random.nextDouble() < clipped[block]) {
                    mask(noisy, slot, clipped[block]);
                    masked++;
                }
            }
            if (masked == 0) {
                mask(noisy, first + random.nextInt(text), clipped[block]);
            }
            first = end;
        }
        return noisy;
    }

    private void mask(NoisyRow noisy, int slot, double level) {
        noisy.tokens()[slot] = mask;
        noisy.weights()[slot] = 1 / level;
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
