package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.model.ForwardTimes;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.training.evaluation.MatrixProducts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long a model's forward takes, and how much of that its matrix products. */
final class ForwardFigures {

    private static final int[] TOKENS = {1, 4, 8, 16, 32, 64, 128};
    private static final int ROUNDS = 200;
    private static final int PREFIX = 128;
    private static final int ROOFLINE_TOKENS = 32;

    private ForwardFigures() {}

    /**
     * @param model of the folder, in bfloat16
     * @return names and values, times in milliseconds
     */
    static Map<String, Object> of(Transformer model, Path folder) {
        Map<Integer, Double> bf16 = times(model);
        Map<String, Object> millis = new LinkedHashMap<>();
        millis.put("bf16", rounded(bf16));
        try (CheckpointReader checkpoint = CheckpointReader.open(folder);
                Transformer single = TorchScriptTransformer.load(checkpoint, DType.F32)) {
            millis.put("fp32", rounded(times(single)));
        }
        Map<Integer, Double> ratios = new LinkedHashMap<>();
        bf16.forEach((tokens, time) -> ratios.put(tokens, time / bf16.get(1)));
        double products =
                MatrixProducts.millis(model.config(), DType.BF16, ROOFLINE_TOKENS, ROUNDS);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("forward_ms", millis);
        figures.put("r", rounded(ratios));
        figures.put("roofline_share", rounded(products / bf16.get(ROOFLINE_TOKENS)));
        return figures;
    }

    private static Map<Integer, Double> times(Transformer model) {
        int prefix = Math.min(PREFIX, model.config().contextTokens() / 2);
        return ForwardTimes.medians(model, prefix, TOKENS, ROUNDS);
    }

    private static Map<Integer, Double> rounded(Map<Integer, Double> values) {
        Map<Integer, Double> rounded = new LinkedHashMap<>();
        values.forEach((key, value) -> rounded.put(key, rounded(value)));
        return rounded;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
