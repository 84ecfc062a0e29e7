package dev.seeddiffusion.training.stage;

/**
 * The rounds of on-policy learning.
 *
 * @param roundSteps optimiser steps that learn from the samples of one round
 * @param steps of the run
 * @param leastVerified share of right samples below which no distance is learnt, in [0, 1]
 */
public record PolicySchedule(int roundSteps, int steps, double leastVerified) {

    /** Share of the run after which the horizon is the whole trajectory. */
    private static final double GROWTH_SHARE = 0.6;

    boolean beginsRound(int step) {
        return step % roundSteps == 0;
    }

    int round(int step) {
        return step / roundSteps;
    }

    /**
     * @param verified share of the round's samples that are right
     * @return share of a trajectory's remaining steps that are learnt to be made in one
     */
    double horizon(int step, double verified) {
        return verified < leastVerified ? 0 : Math.min(1, step / (GROWTH_SHARE * steps));
    }
}
