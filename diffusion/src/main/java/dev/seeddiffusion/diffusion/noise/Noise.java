package dev.seeddiffusion.diffusion.noise;

import java.util.random.RandomGenerator;

/** A forward process: how clean tokens become noise, block by block. */
@FunctionalInterface
public interface Noise {

    /**
     * @param clean token ids of a row, without a mask
     * @param levels noise level t of each block, in (0, 1]
     * @param random all chance; equal states give equal noise
     */
    NoisyRow corrupt(
            int[] clean, BlockPartition partition, double[] levels, RandomGenerator random);
}
