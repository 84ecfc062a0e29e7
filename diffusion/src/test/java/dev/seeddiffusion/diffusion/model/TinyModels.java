package dev.seeddiffusion.diffusion.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random two-layer models: real PyTorch, small enough for a test. */
final class TinyModels {

    static final ModelConfig CONFIG =
            new ModelConfig(96, 64, 2, 4, 2, 16, 96, 256, 1e-6, 10_000, true, 0, 1, 8, 0.9);

    private TinyModels() {}

    static TorchScriptTransformer random(long seed) {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        return new TorchScriptTransformer(
                manager, CONFIG, DType.F32, weights(manager, CONFIG, seed));
    }

    /** Weights large enough that attention and gates are far from their linear range. */
    static List<NDArray> weights(NDManager manager, ModelConfig config, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<NDArray> weights = new ArrayList<>();
        for (WeightSlot slot : WeightLayout.of(config)) {
            float[] values = new float[Math.toIntExact(slot.elements())];
            double center = slot.isMatrix() ? 0 : 1;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (center + 0.2 * random.nextGaussian());
            }
            long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
            NDArray flat = manager.create(values);
            weights.add(flat.reshape(new Shape(shape)).toType(DataType.FLOAT32, true));
            flat.close();
        }
        return weights;
    }
}
