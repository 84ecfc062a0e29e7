package dev.seeddiffusion.diffusion.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random two-layer models: real PyTorch, small enough for a test. */
final class TinyModels {

    static final ModelConfig CONFIG =
            new ModelConfig(
                    96,
                    64,
                    2,
                    4,
                    2,
                    16,
                    96,
                    256,
                    1e-6,
                    10_000,
                    true,
                    0,
                    1,
                    SamplingDefaults.of(8, 0.9));

    private TinyModels() {}

    static TorchScriptTransformer random(long seed) {
        return random(Precision.F32, seed);
    }

    static TorchScriptTransformer random(Precision precision, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return new TorchScriptTransformer(
                NDManager.newBaseManager("PyTorch"),
                CONFIG,
                precision,
                (owner, slot) -> weight(owner, slot, random));
    }

    /** The same weights in the reference implementation. */
    static EagerTransformer reference(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return new EagerTransformer(CONFIG, (owner, slot) -> weight(owner, slot, random));
    }

    /** Random token ids, without the two special ones. */
    static int[] tokens(int count, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return random.ints(count, 2, CONFIG.vocabulary()).toArray();
    }

    /** Large enough that attention and gates are far from their linear range. */
    static NDArray weight(NDManager owner, WeightSlot slot, RandomGenerator random) {
        float[] values = new float[Math.toIntExact(slot.elements())];
        double center = slot.isMatrix() ? 0 : 1;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (center + 0.2 * random.nextGaussian());
        }
        return owner.create(
                values, new Shape(slot.shape().stream().mapToLong(Long::longValue).toArray()));
    }
}
