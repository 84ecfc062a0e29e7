package dev.seeddiffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.ForwardTimes;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.training.evaluation.MatrixProducts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How long a model's forward takes, and how much of that its matrix products. */
final class ForwardFigures {

    private static final int[] TOKENS = {1, 4, 8, 16, 32, 64, 128};
    private static final int MOST_ROUNDS = 200;
    private static final int LEAST_ROUNDS = 15;

    /** Rounds times weights: so that a large model does not take minutes. */
    private static final long WORK = 2_000_000_000;

    private static final int ROOFLINE_TOKENS = 32;
    private static final float DEVIATION = 0.02f;

    private ForwardFigures() {}

    /**
     * @param model in bfloat16; stays the caller's
     * @param single opens the same in float32
     * @return names and values, times in milliseconds
     */
    static Map<String, Object> of(Transformer model, Supplier<Transformer> single) {
        Map<Integer, Double> bf16 = times(model);
        Map<String, Object> millis = new LinkedHashMap<>();
        millis.put("bf16", rounded(bf16));
        try (Transformer other = single.get()) {
            millis.put("fp32", rounded(times(other)));
        }
        Map<Integer, Double> ratios = new LinkedHashMap<>();
        bf16.forEach((tokens, time) -> ratios.put(tokens, time / bf16.get(1)));
        double products =
                MatrixProducts.millis(
                        model.config(), DType.BF16, ROOFLINE_TOKENS, rounds(model.config()));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("forward_ms", millis);
        figures.put("r", rounded(ratios));
        figures.put("roofline_share", rounded(products / bf16.get(ROOFLINE_TOKENS)));
        figures.put("prefix_ms", PrefixFigures.of(model));
        return figures;
    }

    /** The same of a model whose weights are random. */
    static Map<String, Object> ofRandom(ModelConfig config) {
        try (Transformer model = random(config, Precision.BF16)) {
            return of(model, () -> random(config, Precision.F32));
        }
    }

    private static Transformer random(ModelConfig config, Precision precision) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return TorchScriptTransformer.of(
                    config,
                    precision,
                    WeightLayout.of(config).stream()
                            .map(slot -> random(manager, slot.shape()))
                            .toList());
        }
    }

    private static NDArray random(NDManager manager, List<Long> shape) {
        long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
        return manager.randomNormal(0, DEVIATION, new Shape(dimensions), DataType.FLOAT32);
    }

    private static int rounds(ModelConfig config) {
        return (int) Math.clamp(WORK / config.parameters(), LEAST_ROUNDS, MOST_ROUNDS);
    }

    private static Map<Integer, Double> times(Transformer model) {
        return ForwardTimes.medians(model, TOKENS, rounds(model.config()));
    }

    private static Map<Integer, Double> rounded(Map<Integer, Double> values) {
        Map<Integer, Double> rounded = new LinkedHashMap<>();
        values.forEach((key, value) -> rounded.put(key, rounded(value)));
        return rounded;
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
