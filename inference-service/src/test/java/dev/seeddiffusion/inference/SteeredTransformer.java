package dev.seeddiffusion.inference;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.AttentionBlocks;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** The real model, except that a test can hold it up or make it fail in a forward. */
public final class SteeredTransformer implements Transformer {

    private final Transformer model;
    private final AtomicInteger forwards = new AtomicInteger();
    private volatile IntConsumer beforeForward = _ -> {};

    private SteeredTransformer(Transformer model) {
        this.model = model;
    }

    public static SteeredTransformer load(Path folder) {
        try (CheckpointReader checkpoint = CheckpointReader.open(folder)) {
            return new SteeredTransformer(TorchScriptTransformer.load(checkpoint, Precision.F32));
        }
    }

    /**
     * Calls {@code hook} in each forward from now on, with the number of tokens of its canvas, for
     * each sequence that shares it.
     */
    public void beforeForward(IntConsumer hook) {
        beforeForward = hook;
    }

    /** Forwards begun so far, one for each sequence. */
    public int forwards() {
        return forwards.get();
    }

    @Override
    public ModelConfig config() {
        return model.config();
    }

    @Override
    public KvCache newCache(int capacityTokens, AttentionBlocks blocks) {
        return model.newCache(capacityTokens, blocks);
    }

    @Override
    public List<Logits> forward(List<Forward> asked) {
        for (Forward one : asked) {
            forwards.incrementAndGet();
            beforeForward.accept(one.canvas().length);
        }
        return model.forward(asked);
    }

    @Override
    public void close() {
        model.close();
    }
}
