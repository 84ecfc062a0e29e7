package dev.seeddiffusion.diffusion.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * One tensor of the model as it is computed with: one or more tensors of the checkpoint, stacked by
 * rows, so that one matrix product serves them all.
 *
 * @param parts in the order of their rows
 */
public record WeightSlot(List<Part> parts) {

    static final Set<DType> STORED = Set.of(DType.F32, DType.BF16, DType.F16);

    /**
     * A tensor of the checkpoint.
     *
     * @param name as in the safetensors file
     * @param shape (rows, columns), or (width) for a norm or a bias
     */
    public record Part(String name, List<Long> shape) {}

    static WeightSlot matrix(int columns, NamedRows... parts) {
        return new WeightSlot(
                List.of(parts).stream()
                        .map(part -> new Part(part.name, List.of((long) part.rows, (long) columns)))
                        .toList());
    }

    static WeightSlot vector(NamedRows... parts) {
        return new WeightSlot(
                List.of(parts).stream()
                        .map(part -> new Part(part.name, List.of((long) part.rows)))
                        .toList());
    }

    record NamedRows(String name, int rows) {}

    /** Shape of the stacked tensor. */
    public List<Long> shape() {
        long rows = parts.stream().mapToLong(part -> part.shape.getFirst()).sum();
        return isMatrix() ? List.of(rows, parts.getFirst().shape.getLast()) : List.of(rows);
    }

    /** Whether this is a matrix; otherwise it is the scale of a norm, or a bias. */
    public boolean isMatrix() {
        return parts.getFirst().shape.size() == 2;
    }

    /** Number of elements. */
    public long elements() {
        return shape().stream().reduce(1L, Math::multiplyExact);
    }

    /**
     * Reads this slot from a checkpoint.
     *
     * @param owner owns the result
     * @return float32, shape {@link #shape()}
     * @throws dev.seeddiffusion.diffusion.checkpoint.CheckpointException if a part is missing or
     *     has another shape or type
     */
    public NDArray read(NDManager owner, CheckpointReader checkpoint) {
        float[] values = new float[Math.toIntExact(elements())];
        int at = 0;
        for (Part part : parts) {
            Tensor tensor = checkpoint.tensor(part.name, STORED, longs(part.shape));
            float[] rows = FloatBytes.decode(tensor.buffer(), tensor.dtype());
            System.arraycopy(rows, 0, values, at, rows.length);
            at += rows.length;
        }
        return owner.create(values, new Shape(longs(shape())));
    }

    static long[] longs(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Cuts this slot's values into the checkpoint's tensors.
     *
     * @param values row by row, {@link #elements()} of them
     * @param type F32 or BF16
     */
    public List<Tensor> split(float[] values, DType type) {
        List<Tensor> tensors = new ArrayList<>();
        int from = 0;
        for (Part part : parts) {
            long[] shape = longs(part.shape);
            int to = from + Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
            ByteBuffer bytes = FloatBytes.encode(Arrays.copyOfRange(values, from, to), type);
            tensors.add(new Tensor(part.name, type, shape, MemorySegment.ofBuffer(bytes)));
            from = to;
        }
        return tensors;
    }
}
