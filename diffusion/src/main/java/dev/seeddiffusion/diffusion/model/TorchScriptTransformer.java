package dev.seeddiffusion.diffusion.model;

import static dev.seeddiffusion.diffusion.torchscript.TorchScriptModule.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The transformer on PyTorch, generated as TorchScript by {@link TransformerSource}. Several
 * threads may call it at once, each with caches of its own.
 */
public final class TorchScriptTransformer implements Transformer {

    private final ModelConfig config;
    private final Precision precision;
    private final NDManager manager;
    private final TorchScriptModule module;
    private final IValue weights;
    private final IValue cos;
    private final IValue sin;

    /**
     * @param manager owns everything of the model's; closed with it
     * @param precision what matrices are converted to
     * @param weights gives each weight in float32, one after the other in the order of {@link
     *     WeightLayout}, so that no more than one need be in memory twice
     */
    TorchScriptTransformer(
            NDManager manager,
            ModelConfig config,
            Precision precision,
            BiFunction<NDManager, WeightSlot, NDArray> weights) {
        this(
                manager,
                config,
                precision,
                (owner, module, slot) -> converted(owner, module, slot, weights));
    }

    private TorchScriptTransformer(
            NDManager manager, ModelConfig config, Precision precision, WeightSource weights) {
        this.config = config;
        this.precision = precision;
        this.manager = manager;
        this.module =
                TorchScriptModule.load(
                        manager, new TransformerSource(config, precision.compute()).inference());
        List<NDArray> converted = new ArrayList<>();
        for (WeightSlot slot : WeightLayout.of(config)) {
            NDArray weight = weights.weight(manager, module, slot);
            boolean multiplied = slot.isMatrix() && !converted.isEmpty(); // not the embedding
            converted.add(multiplied ? laidOut(weight) : weight);
        }
        converted.add(head(converted));
        this.weights = argument(converted);
        RotaryTable rotary =
                RotaryTable.of(
                        manager, config, IntStream.range(0, config.contextTokens()).toArray());
        this.cos = argument(rotary.cos());
        this.sin = argument(rotary.sin());
    }

    /**
     * Reads a model; the checkpoint may be closed afterwards.
     *
     * @throws dev.seeddiffusion.diffusion.checkpoint.CheckpointException if a weight is missing,
     *     has another shape or type than the configuration asks for, or is not finite
     */
    public static TorchScriptTransformer load(CheckpointReader checkpoint, Precision precision) {
        return load(checkpoint, precision, LoadProgress.UNSEEN);
    }

    /**
     * Looks at names, types and shapes of the weights alone.
     *
     * @throws dev.seeddiffusion.diffusion.checkpoint.CheckpointException if {@link #load} would
     *     refuse them
     */
    public static void requireLoadable(CheckpointReader checkpoint) {
        WeightLoader.requireAll(checkpoint);
    }

    /** As {@link #load(CheckpointReader, Precision)}, telling how far it has come. */
    public static TorchScriptTransformer load(
            CheckpointReader checkpoint, Precision precision, LoadProgress progress) {
        WeightLoader.requireAll(checkpoint);
        NDManager manager = NDManager.newBaseManager("PyTorch");
        try {
            return new TorchScriptTransformer(
                    manager,
                    checkpoint.config(),
                    precision,
                    new WeightLoader(checkpoint, precision.compute(), progress));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * A model of weights that are in memory; they are copied.
     *
     * @param weights float32, in the order of {@link WeightLayout}
     */
    public static TorchScriptTransformer of(
            ModelConfig config, Precision precision, List<NDArray> weights) {
        Iterator<NDArray> next = weights.iterator();
        return new TorchScriptTransformer(
                NDManager.newBaseManager("PyTorch"),
                config,
                precision,
                (scope, slot) -> {
                    NDArray weight = next.next();
                    return scope.create(weight.toFloatArray(), weight.getShape());
                });
    }

    private static NDArray converted(
            NDManager owner,
            TorchScriptModule module,
            WeightSlot slot,
            BiFunction<NDManager, WeightSlot, NDArray> weights) {
        if (!slot.isMatrix()) {
            return weights.apply(owner, slot);
        }
        try (NDManager scope = owner.newSubManager();
                IValue read = argument(weights.apply(scope, slot))) {
            return module.call(owner, "weight", read);
        }
    }

    /** A matrix as products read it; what it was is freed. */
    private NDArray laidOut(NDArray matrix) {
        try (matrix) {
            return asProductsReadIt(matrix);
        }
    }

    private NDArray asProductsReadIt(NDArray matrix) {
        try (IValue plain = argument(matrix)) {
            return module.call(
                    manager, precision == Precision.INT8 ? "in_int8" : "laid_out", plain);
        }
    }

    private NDArray head(List<NDArray> converted) {
        NDArray head = converted.get(WeightLayout.head(config));
        return config.tiedEmbeddings() ? asProductsReadIt(head) : head;
    }

    @Override
    public ModelConfig config() {
        return config;
    }

    @Override
    public KvCache newCache(int capacityTokens, AttentionBlocks blocks) {
        if (capacityTokens > config.contextTokens()) {
            throw new IllegalArgumentException(
                    "A cache of %d tokens is larger than the model's context of %d."
                            .formatted(capacityTokens, config.contextTokens()));
        }
        return new TorchScriptKvCache(
                manager.newSubManager(),
                module,
                config,
                precision.compute(),
                capacityTokens,
                blocks);
    }

    @Override
    public List<Logits> forward(List<Forward> asked) {
        asked.forEach(TorchScriptTransformer::requireRoom);
        long[] ids =
                asked.stream()
                        .flatMap(it -> Stream.of(it.clean(), it.guess(), it.canvas()))
                        .flatMapToInt(IntStream::of)
                        .asLongStream()
                        .toArray();
        try (NDManager scope = manager.newSubManager();
                IValue idsArgument = argument(scope.create(ids, new Shape(1, ids.length)));
                IValue starts = list(asked, it -> it.cache().length());
                IValue lengths = list(asked, Forward::rows);
                IValue cleans = list(asked, it -> it.clean().length);
                IValue guesses = list(asked, it -> it.guess().length);
                IValue firsts = list(asked, Forward::firstRow);
                IValue blocks = list(asked, it -> cache(it).blocks().tokens());
                IValue firstBlocks = list(asked, it -> cache(it).blocks().first());
                IValue keys = caches(asked, TorchScriptKvCache::keys);
                IValue values = caches(asked, TorchScriptKvCache::values)) {
            List<NDArray> logits =
                    module.callForList(
                            scope,
                            "forward",
                            idsArgument,
                            starts,
                            lengths,
                            cleans,
                            guesses,
                            firsts,
                            blocks,
                            firstBlocks,
                            weights,
                            keys,
                            values,
                            cos,
                            sin);
            List<Logits> results = new ArrayList<>();
            for (int i = 0; i < logits.size(); i++) {
                cache(asked.get(i)).grow(asked.get(i).causalRows());
                NDManager own = manager.newSubManager();
                logits.get(i).attach(own);
                results.add(new TorchScriptLogits(own, module, logits.get(i)));
            }
            return results;
        }
    }

    private static IValue list(List<Forward> asked, ToLongFunction<Forward> number) {
        return IValue.listFrom(asked.stream().mapToLong(number).toArray());
    }

    private static IValue caches(
            List<Forward> asked, Function<TorchScriptKvCache, IValue> tensors) {
        return IValue.listFrom(
                asked.stream().map(it -> tensors.apply(cache(it))).toArray(IValue[]::new));
    }

    private static TorchScriptKvCache cache(Forward asked) {
        return (TorchScriptKvCache) asked.cache();
    }

    private static void requireRoom(Forward asked) {
        int rows = asked.rows();
        if (asked.firstRow() < 0 || asked.firstRow() >= rows) {
            throw new IllegalArgumentException(
                    "Logits are wanted from row %d of %d rows.".formatted(asked.firstRow(), rows));
        }
        int guess = asked.guess().length;
        if (guess > Forward.MOST_GUESSED) {
            throw new IllegalArgumentException(
                    "A guess of %d tokens is longer than the %d that a cache has room for."
                            .formatted(guess, Forward.MOST_GUESSED));
        }
        KvCache cache = asked.cache();
        int tokens = asked.clean().length + Math.max(guess, asked.canvas().length);
        if (cache.length() + tokens > cache.capacity()) {
            throw new IllegalArgumentException(
                    "%d tokens are in the cache and %d more do not fit into its %d."
                            .formatted(cache.length(), tokens, cache.capacity()));
        }
    }

    @Override
    public void close() {
        weights.close();
        cos.close();
        sin.close();
        module.close();
        manager.close();
    }
}
