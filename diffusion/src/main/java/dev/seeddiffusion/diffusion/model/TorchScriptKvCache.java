package dev.seeddiffusion.diffusion.model;

import static dev.seeddiffusion.diffusion.torchscript.TorchScriptModule.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Preallocated keys and values, one (1, keyValueHeads, capacity, headWidth) tensor a layer each.
 */
final class TorchScriptKvCache implements KvCache {

    private final NDManager manager;
    private final TorchScriptModule module;
    private final ModelConfig config;
    private final DType compute;
    private final int capacity;
    private final AttentionBlocks blocks;
    private final IValue keys;
    private final IValue values;
    private int length;

    /**
     * @param manager owns the tensors; closed with the cache
     */
    TorchScriptKvCache(
            NDManager manager,
            TorchScriptModule module,
            ModelConfig config,
            DType compute,
            int capacity,
            AttentionBlocks blocks) {
        this.manager = manager;
        this.module = module;
        this.config = config;
        this.compute = compute;
        this.capacity = capacity;
        this.blocks = blocks;
        this.keys = argument(allocate());
        this.values = argument(allocate());
    }

    private List<NDArray> allocate() {
        List<NDArray> tensors = new ArrayList<>();
        try (IValue tokens = IValue.from((long) capacity + Forward.MOST_GUESSED)) {
            for (int i = 0; i < config.layers(); i++) {
                tensors.add(module.call(manager, "empty_cache", tokens));
            }
        }
        return tensors;
    }

    /** How far its tokens see. */
    AttentionBlocks blocks() {
        return blocks;
    }

    IValue keys() {
        return keys;
    }

    IValue values() {
        return values;
    }

    void grow(int tokens) {
        length += tokens;
    }

    @Override
    public void truncate(int to) {
        if (to < 0 || to > length) {
            throw new IllegalArgumentException(
                    "%d tokens are to stay of a cache that holds %d.".formatted(to, length));
        }
        length = to;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int bytesPerToken() {
        return config.layers() * 2 * config.keyValueHeads() * config.headWidth() * compute.bytes();
    }

    @Override
    public ByteBuffer read(int start, int tokens) {
        if (start < 0 || tokens < 1 || start + tokens > length) {
            throw new IllegalArgumentException(
                    "Tokens %d to %d are wanted of a cache that holds %d."
                            .formatted(start, start + tokens, length));
        }
        try (NDManager scope = manager.newSubManager();
                IValue from = IValue.from((long) start);
                IValue count = IValue.from((long) tokens)) {
            NDArray all = module.call(scope, "read_cache", keys, values, from, count);
            return FloatBytes.encode(all.toFloatArray(), compute);
        }
    }

    @Override
    public void append(ByteBuffer bytes, int tokens) {
        if (bytes.remaining() != (long) tokens * bytesPerToken()) {
            throw new IllegalArgumentException(
                    "%d tokens are %d bytes of keys and values, not %d."
                            .formatted(tokens, (long) tokens * bytesPerToken(), bytes.remaining()));
        }
        if (length + tokens > capacity) {
            throw new IllegalArgumentException(
                    "%d tokens are in the cache and %d more do not fit into its %d."
                            .formatted(length, tokens, capacity));
        }
        Shape shape =
                new Shape(config.layers(), 2, config.keyValueHeads(), tokens, config.headWidth());
        try (NDManager scope = manager.newSubManager();
                IValue start = IValue.from((long) length);
                IValue argument = argument(scope.create(FloatBytes.decode(bytes, compute), shape));
                NDArray written =
                        module.call(scope, "write_cache", keys, values, start, argument)) {
            length += tokens;
        }
    }

    @Override
    public void close() {
        keys.close();
        values.close();
        manager.close();
    }
}
