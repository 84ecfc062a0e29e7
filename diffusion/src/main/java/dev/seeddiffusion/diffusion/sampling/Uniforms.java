package dev.seeddiffusion.diffusion.sampling;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A sequence of random numbers in [0, 1), which can be looked at before they are used up. */
final class Uniforms {

    private final RandomGenerator random;
    private float[] seen = {};

    /**
     * @param seed equal seeds give equal numbers
     * @param used how many of them are used up already
     */
    Uniforms(long seed, int used) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < used; i++) {
            random.nextFloat();
        }
    }

    /** The next n. */
    float[] peek(int n) {
        int known = seen.length;
        if (known < n) {
            seen = Arrays.copyOf(seen, n);
            for (int i = known; i < n; i++) {
                seen[i] = random.nextFloat();
            }
        }
        return Arrays.copyOf(seen, n);
    }

    /** How many have been looked at and not used up. */
    int seen() {
        return seen.length;
    }

    /** Uses up the next n, which must have been looked at. */
    void take(int n) {
        seen = Arrays.copyOfRange(seen, n, seen.length);
    }
}
