package dev.seeddiffusion.training.grammar;

import java.util.List;

/**
 * All chance of one function: every question has an answer of its own, whatever else is asked. So
 * two functions that differ in one operation and share their choices differ in nothing else.
 *
 * @param seed equal seeds give equal answers
 */
record Choices(long seed) {

    /** Uniform in [0, 1). */
    double share(String question) {
        long hash = seed;
        for (int i = 0; i < question.length(); i++) {
            hash = mix(hash ^ question.charAt(i));
        }
        return (mix(hash) >>> 11) * 0x1.0p-53;
    }

    <T> T among(String question, List<T> options) {
        return options.get((int) (share(question) * options.size()));
    }

    /** Spreads neighbouring numbers over all of them. */
    static long mix(long value) {
        long z = value * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
        z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
        return z ^ (z >>> 32);
    }
}
