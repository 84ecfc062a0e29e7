package dev.seeddiffusion.diffusion.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Matrices with more rows than are converted at a time. */
class Int8Test {

    private static final int VOCABULARY = 9_000;
    private static final ModelConfig CONFIG =
            new ModelConfig(
                    VOCABULARY,
                    64,
                    1,
                    2,
                    1,
                    32,
                    96,
                    64,
                    1e-6,
                    10_000,
                    true,
                    0,
                    1,
                    SamplingDefaults.of(8, 0.9));

    @Test
    void every_row_has_a_scale_of_its_own() {
        int[] tokens = new Random(2).ints(60, 2, VOCABULARY).toArray();
        float[] exact = logits(Precision.F32, tokens);
        float[] narrow = logits(Precision.INT8, tokens);

        assertThat(narrow).hasSameSizeAs(exact);
        for (int token = 2; token < VOCABULARY; token++) {
            double error = 0;
            double size = 0;
            for (int row = 0; row < tokens.length; row++) {
                int at = row * VOCABULARY + token;
                error += Math.pow(narrow[at] - exact[at], 2);
                size += Math.pow(exact[at], 2);
            }
            assertThat(Math.sqrt(error / size)).as("token %d", token).isLessThan(0.1);
        }
    }

    private static float[] logits(Precision precision, int[] tokens) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                TorchScriptTransformer model =
                        TorchScriptTransformer.of(CONFIG, precision, weights(manager));
                KvCache cache = model.newCache(tokens.length);
                Logits logits = model.forward(cache, tokens, new int[0], 0)) {
            return logits.toArray();
        }
    }

    /** Rows of very different size. */
    private static List<NDArray> weights(NDManager manager) {
        Random random = new Random(1);
        return WeightLayout.of(CONFIG).stream()
                .map(
                        slot -> {
                            long[] shape =
                                    slot.shape().stream().mapToLong(Long::longValue).toArray();
                            int columns = (int) shape[shape.length - 1];
                            float[] values = new float[Math.toIntExact(slot.elements())];
                            for (int i = 0; i < values.length; i++) {
                                double row = Math.pow(10, i / columns % 4 - 2);
                                double spread = slot.isMatrix() ? row / Math.sqrt(columns) : 0;
                                values[i] =
                                        (float)
                                                ((slot.isMatrix() ? 0 : 1)
                                                        + spread * random.nextGaussian());
                            }
                            return manager.create(values, new Shape(shape));
                        })
                .toList();
    }
}
