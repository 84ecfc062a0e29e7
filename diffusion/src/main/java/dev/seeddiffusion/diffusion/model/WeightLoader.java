package dev.seeddiffusion.diffusion.model;

import static dev.seeddiffusion.diffusion.torchscript.TorchScriptModule.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.WeightSlot.Part;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the weights of a checkpoint into the type that the model computes with, piece by piece: in
 * memory are the weights and one piece, whatever the checkpoint's size.
 */
final class WeightLoader implements WeightSource {

    private static final long PIECE_BYTES = 1L << 18;

    private final CheckpointReader checkpoint;
    private final DType compute;
    private final LoadProgress progress;
    private final long total;
    private long read;

    /** One for all pieces: what a library allocates for each stays until the next collection. */
    private ByteBuffer staged = ByteBuffer.allocateDirect(0);

    WeightLoader(CheckpointReader checkpoint, DType compute, LoadProgress progress) {
        this.checkpoint = checkpoint;
        this.compute = compute;
        this.progress = progress;
        this.total = checkpoint.bytes();
    }

    /**
     * Looks at names, types and shapes alone.
     *
     * @throws CheckpointException if a weight is missing or not as the configuration says, or if
     *     there is one that the model would not use
     */
    static void requireAll(CheckpointReader checkpoint) {
        ModelConfig config = checkpoint.config();
        Set<String> unused = new HashSet<>(checkpoint.names());
        if (config.layers() > unused.size()) {
            throw new CheckpointException(
                    "%s: the model has %d layers, but only %d tensors are there"
                            .formatted(checkpoint.folder(), config.layers(), unused.size()));
        }
        for (WeightSlot slot : WeightLayout.of(config)) {
            for (Part part : slot.parts()) {
                tensor(checkpoint, part);
                unused.remove(part.name());
            }
        }
        unused.remove(config.family().weights().head() + ".weight"); // tied, but stored
        unused.removeIf(name -> name.endsWith(".rotary_emb.inv_freq")); // follow from the sizes
        if (!unused.isEmpty()) {
            throw new CheckpointException(
                    "%s: a model of %s has no use for %d tensors, such as %s"
                            .formatted(
                                    checkpoint.folder(),
                                    config.family().name(),
                                    unused.size(),
                                    unused.stream().min(String::compareTo).orElseThrow()));
        }
    }

    @Override
    public NDArray weight(NDManager owner, TorchScriptModule module, WeightSlot slot) {
        DType type = slot.isMatrix() ? compute : DType.F32;
        try (IValue shape = IValue.listFrom(WeightSlot.longs(slot.shape()));
                IValue dtype = IValue.from((long) TransformerSource.torchCode(type))) {
            NDArray weight = module.call(owner, "empty_weight", shape, dtype);
            try (IValue target = argument(weight)) {
                long row = 0;
                for (Part part : slot.parts()) {
                    fill(owner, module, target, row, tensor(checkpoint, part));
                    row += part.shape().getFirst();
                }
            }
            return weight;
        }
    }

    private static Tensor tensor(CheckpointReader checkpoint, Part part) {
        return checkpoint.tensor(part.name(), WeightSlot.STORED, WeightSlot.longs(part.shape()));
    }

    private void fill(
            NDManager owner, TorchScriptModule module, IValue target, long first, Tensor tensor) {
        long[] shape = tensor.shape().clone();
        long rows = shape[0];
        long rowBytes = tensor.bytes().byteSize() / rows;
        long step = Math.max(1, PIECE_BYTES / rowBytes);
        for (long row = 0; row < rows; row += step) {
            shape[0] = Math.min(step, rows - row);
            MemorySegment piece = tensor.bytes().asSlice(row * rowBytes, shape[0] * rowBytes);
            ByteBuffer numbers = staged(piece, tensor.dtype());
            try (NDManager scope = owner.newSubManager();
                    IValue at = IValue.from(first + row);
                    IValue values =
                            argument(scope.create(numbers, new Shape(shape), DataType.FLOAT32))) {
                if (!module.call(scope, "fill_weight", target, at, values).getBoolean()) {
                    throw new CheckpointException(
                            "%s: tensor %s has numbers that are not finite in %s: is it damaged?"
                                    .formatted(checkpoint.folder(), tensor.name(), compute));
                }
            }
            piece.unload(); // pages that were read would count as this process's memory
            read += piece.byteSize();
            progress.loaded(read, total);
        }
    }

    private ByteBuffer staged(MemorySegment piece, DType type) {
        int bytes = Math.toIntExact(piece.byteSize() / type.bytes() * Float.BYTES);
        if (staged.capacity() < bytes) {
            staged = ByteBuffer.allocateDirect(bytes);
        }
        staged.clear().limit(bytes);
        FloatBytes.decode(piece, type, MemorySegment.ofBuffer(staged));
        return staged;
    }
}
