package dev.seeddiffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.ForwardTimes;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.training.evaluation.MatrixProducts;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

    private static final int PREFIX = 128;
    private static final int ROOFLINE_TOKENS = 32;
    private static final int LONG_PREFIX = 1024;
    private static final int PREFIX_ROUNDS = 21;
    private static final float DEVIATION = 0.02f;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int[] NONE = {};

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
        figures.put("prefix_ms", prefix(model));
        return figures;
    }

    /** The same of a model whose weights are random. */
    static Map<String, Object> ofRandom(ModelConfig config) {
        try (Transformer model = random(config, DType.BF16)) {
            return of(model, () -> random(config, DType.F32));
        }
    }

    private static Transformer random(ModelConfig config, DType compute) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return TorchScriptTransformer.of(
                    config,
                    compute,
                    WeightLayout.of(config).stream()
                            .map(slot -> random(manager, slot.shape()))
                            .toList());
        }
    }

    private static NDArray random(NDManager manager, List<Long> shape) {
        long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
        return manager.randomNormal(0, DEVIATION, new Shape(dimensions), DataType.FLOAT32);
    }

    /** A prompt's beginning, computed and brought along. */
    private static Map<String, Object> prefix(Transformer model) {
        int tokens = Math.min(LONG_PREFIX, model.config().contextTokens() / 2);
        int[] piece = new int[tokens];
        Arrays.fill(piece, model.config().documentEnd());
        double[] miss = new double[PREFIX_ROUNDS];
        double[] hit = new double[PREFIX_ROUNDS];
        int bytes;
        try (KvCache cache = model.newCache(tokens)) {
            bytes = cache.bytesPerToken();
            for (int round = 0; round < PREFIX_ROUNDS; round++) {
                cache.truncate(0);
                miss[round] = millis(() -> model.forward(cache, piece, NONE, tokens - 1).close());
                ByteBuffer kept = cache.read(0, tokens);
                cache.truncate(0);
                hit[round] = millis(() -> cache.append(kept, tokens));
            }
        }
        Arrays.sort(miss);
        Arrays.sort(hit);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tokens", tokens);
        figures.put("bytes_per_token", bytes);
        figures.put("miss", rounded(miss[PREFIX_ROUNDS / 2]));
        figures.put("hit", rounded(hit[PREFIX_ROUNDS / 2]));
        return figures;
    }

    private static double millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    private static int rounds(ModelConfig config) {
        return (int) Math.clamp(WORK / config.parameters(), LEAST_ROUNDS, MOST_ROUNDS);
    }

    private static Map<Integer, Double> times(Transformer model) {
        int prefix = Math.min(PREFIX, model.config().contextTokens() / 2);
        return ForwardTimes.medians(model, prefix, TOKENS, rounds(model.config()));
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
