package dev.seeddiffusion.training.stage;

/**
 * Learning rate over a run: a linear warm-up, a plateau, a linear fall to a tenth over the last
 * part. The plateau lets a run be lengthened or ended when time is up, without having spoilt its
 * schedule.
 *
 * <p>Source: warmup-stable-decay, MiniCPM, arXiv 2404.06395.
 *
 * @param peak rate on the plateau
 * @param warmUpSteps steps until the plateau
 * @param steps length of the run
 * @param decayShare share of the run, at its end, over which the rate falls, in [0, 1]
 */
public record LearningRate(double peak, int warmUpSteps, int steps, double decayShare) {

    private static final double LAST = 0.1;

    /**
     * @param step from 0
     */
    double at(int step) {
        double warm = Math.min(1, (step + 1.0) / warmUpSteps);
        double decaySteps = steps * decayShare;
        double left = steps - step;
        double fall = left < decaySteps ? LAST + (1 - LAST) * left / decaySteps : 1;
        return peak * warm * fall;
    }
}
