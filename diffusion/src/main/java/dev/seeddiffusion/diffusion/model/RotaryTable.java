package dev.seeddiffusion.diffusion.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;

/**
 * Cosines and sines of rotary position embedding on half-split pairs (d, d + headWidth / 2).
 *
 * <p>Source: RoFormer, arXiv 2104.09864, in the half-split form of LLaMA and Qwen.
 *
 * @param cos float32 (positions, headWidth)
 * @param sin float32 (positions, headWidth), negative in the first half: what each half of a head
 *     adds of the other
 */
public record RotaryTable(NDArray cos, NDArray sin) {

    /**
     * @param owner owns both tables
     * @param positions the position of each row
     */
    public static RotaryTable of(NDManager owner, ModelConfig config, int[] positions) {
        int width = config.headWidth();
        int half = width / 2;
        float[] cos = new float[positions.length * width];
        float[] sin = new float[positions.length * width];
        for (int i = 0; i < half; i++) {
            double wavelength = Math.pow(config.ropeTheta(), 2.0 * i / width);
            for (int row = 0; row < positions.length; row++) {
                double angle = positions[row] / wavelength;
                int first = row * width + i;
                cos[first] = (float) Math.cos(angle);
                cos[first + half] = cos[first];
                sin[first + half] = (float) Math.sin(angle);
                sin[first] = -sin[first + half];
            }
        }
        Shape shape = new Shape(positions.length, width);
        return new RotaryTable(owner.create(cos, shape), owner.create(sin, shape));
    }
}
