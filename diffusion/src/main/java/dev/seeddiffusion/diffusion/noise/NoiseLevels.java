package dev.seeddiffusion.diffusion.noise;

import java.util.random.RandomGenerator;

/**
 * Noise levels t for many blocks at once, spread evenly over (0, 1] instead of independently, so
 * that every batch sees all levels and the loss varies less.
 *
 * <p>Source: the low-discrepancy sampler of Variational Diffusion Models, arXiv 2107.00630,
 * appendix I.1; Seed Diffusion leaves the choice open.
 */
public final class NoiseLevels {

    private NoiseLevels() {}

    /**
     * @param count number of blocks
     * @return {@code count} levels in (0, 1], no unit: one in each of {@code count} equal intervals
     *     of the circle that starts at a random point
     */
    public static double[] spread(int count, RandomGenerator random) {
        double start = random.nextDouble();
        double[] levels = new double[count];
        for (int i = 0; i < count; i++) {
            levels[i] = 1 - (start + (double) i / count) % 1;
        }
        return levels;
    }
}
