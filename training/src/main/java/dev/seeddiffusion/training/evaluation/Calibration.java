package dev.seeddiffusion.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * Whether confidences mean what they say: of what is held to be 80 % sure, 80 % should be right.
 *
 * <p>Source: Guo et al. 2017, arXiv 1706.04599, expected calibration error with 15 bins of equal
 * width. Not thread-safe.
 */
public final class Calibration {
    private static final int BINS = 15;

    private final long[] counts = new long[BINS];
    private final long[] right = new long[BINS];
    private final double[] confidences = new double[BINS];

    /**
     * A point of the reliability diagram.
     *
     * @param confidence mean of a bin
     * @param accuracy share of the bin that is right
     * @param count how many are in the bin, at least 1
     */
    public record Point(double confidence, double accuracy, long count) {}

    /**
     * @param confidence in [0, 1]
     * @throws IllegalArgumentException if it is not
     */
    public void add(double confidence, boolean correct) {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("A confidence is in [0, 1], not " + confidence);
        }
        int bin = Math.min((int) (confidence * BINS), BINS - 1);
        counts[bin]++;
        right[bin] += correct ? 1 : 0;
        confidences[bin] += confidence;
    }

    /** The bins that hold something, the least confident first. */
    public List<Point> points() {
        List<Point> points = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            if (counts[bin] > 0) {
                points.add(
                        new Point(
                                confidences[bin] / counts[bin],
                                (double) right[bin] / counts[bin],
                                counts[bin]));
            }
        }
        return points;
    }

    /** Mean distance of confidence and accuracy, in [0, 1]; NaN if nothing was added. */
    public double expectedError() {
        return mean(point -> Math.abs(point.confidence() - point.accuracy()));
    }

    /** Mean of all confidences; NaN if nothing was added. */
    public double meanConfidence() {
        return mean(Point::confidence);
    }

    /** Share that is right; NaN if nothing was added. */
    public double accuracy() {
        return mean(Point::accuracy);
    }

    /** How many were added. */
    public long count() {
        return LongStream.of(counts).sum();
    }

    private double mean(ToDoubleFunction<Point> value) {
        double sum = 0;
        for (Point point : points()) {
            sum += point.count() * value.applyAsDouble(point);
        }
        return sum / count();
    }
}
