package dev.seeddiffusion.training.scale;

import java.util.Arrays;

/**
 * How long a forward takes, by its tokens; straight lines between what was measured, and the last
 * one goes on.
 *
 * @param tokens of a forward, rising, two or more
 * @param millis of a forward over as many tokens
 */
record ForwardTimes(int[] tokens, double[] millis) {

    double millis(int count) {
        int found = Arrays.binarySearch(tokens, count);
        int above = Math.clamp(found < 0 ? -found - 1 : found, 1, tokens.length - 1);
        int below = above - 1;
        double share = (double) (count - tokens[below]) / (tokens[above] - tokens[below]);
        return millis[below] + share * (millis[above] - millis[below]);
    }
}
