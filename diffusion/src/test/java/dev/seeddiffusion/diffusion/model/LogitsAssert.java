package dev.seeddiffusion.diffusion.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** Compares logits by their largest difference, relative to the largest logit. */
final class LogitsAssert {

    private LogitsAssert() {}

    static void assertClose(float[][] actual, float[][] expected, double relativeError) {
        assertThat(actual).hasDimensions(expected.length, expected[0].length);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                if (Float.isInfinite(expected[i][j])) {
                    assertThat(actual[i][j]).isEqualTo(expected[i][j]);
                } else {
                    largest = Math.max(largest, Math.abs(expected[i][j]));
                    difference = Math.max(difference, Math.abs(actual[i][j] - expected[i][j]));
                }
            }
        }
        assertThat(difference / largest).as("relative error").isLessThan(relativeError);
    }

    static float[][] rows(float[] flat, int rows) {
        int width = flat.length / rows;
        float[][] result = new float[rows][];
        for (int i = 0; i < rows; i++) {
            result[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return result;
    }

    static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
        }
        return flat;
    }
}
