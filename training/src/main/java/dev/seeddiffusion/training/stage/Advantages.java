package dev.seeddiffusion.training.stage;

import java.util.Arrays;

/**
 * How much better each of a task's samples is than the others: its reward less their mean, a
 * baseline that leaves the gradient unbiased because it does not depend on the sample.
 *
 * <p>Source: the leave-one-out estimator of Kool, van Hoof and Welling, Buy 4 REINFORCE Samples,
 * Get a Baseline for Free!, 2019.
 */
final class Advantages {

    private Advantages() {}

    /**
     * @param rewards of samples of one task
     * @return as many advantages, which add up to 0; a single sample's is 0
     */
    static double[] of(double[] rewards) {
        double sum = Arrays.stream(rewards).sum();
        int others = rewards.length - 1;
        return Arrays.stream(rewards)
                .map(reward -> others == 0 ? 0 : reward - (sum - reward) / others)
                .toArray();
    }
}
