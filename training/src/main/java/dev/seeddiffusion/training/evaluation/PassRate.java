package dev.seeddiffusion.training.evaluation;

import java.util.List;

/** How much of a suite is solved, and how sure that is. */
public final class PassRate {
    private static final double Z = 1.959964; // 95 % of a normal distribution lie within

    private PassRate() {}

    /**
     * The chance that at least one of k answers to a task is right, without bias.
     *
     * <p>Source: Chen et al. 2021, arXiv 2107.03374, equation 1.
     *
     * @param samples answers given
     * @param right how many of them are
     * @param k at most {@code samples}
     */
    public static double atK(int samples, int right, int k) {
        double allWrong = 1;
        for (int i = samples - right + 1; i <= samples; i++) {
            allWrong *= 1 - (double) k / i;
        }
        return samples - right < k ? 1 : 1 - allWrong;
    }

    /** The mean of {@link #atK} over a suite's tasks; 0 without tasks. */
    static double atK(List<TaskResult> results, int k) {
        return results.stream()
                .mapToDouble(result -> atK(result.samples().size(), result.passing(), k))
                .average()
                .orElse(0);
    }

    /**
     * Bounds that hold the true rate with 95 % (Wilson's score interval). With several samples a
     * task they are wider than they need be.
     *
     * @param rate the mean over the tasks
     * @return lower and upper bound
     */
    public static double[] interval(double rate, int tasks) {
        if (tasks == 0) {
            return new double[] {0, 1};
        }
        double z2 = Z * Z / tasks;
        double centre = (rate + z2 / 2) / (1 + z2);
        double half = Z / (1 + z2) * Math.sqrt(rate * (1 - rate) / tasks + z2 / (4 * tasks));
        return new double[] {Math.max(0, centre - half), Math.min(1, centre + half)};
    }
}
