package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * One tensor of the model as it is computed with: one or more tensors of the checkpoint, stacked by
 * rows, so that one matrix product serves them all.
 *
 * @param parts in the order of their rows
 */
public record WeightSlot(List<Part> parts) {

    /**
     * A tensor of the checkpoint.
     *
     * @param name as in the safetensors file
     * @param shape (rows, columns), or (width) for a norm
     */
    public record Part(String name, List<Long> shape) {}

    static WeightSlot matrix(int columns, NamedRows... parts) {
        return new WeightSlot(
                List.of(parts).stream()
                        .map(part -> new Part(part.name, List.of((long) part.rows, (long) columns)))
                        .toList());
    }

    static WeightSlot norm(String name, int width) {
        return new WeightSlot(List.of(new Part(name, List.of((long) width))));
    }

    record NamedRows(String name, int rows) {}

    /** Shape of the stacked tensor. */
    public List<Long> shape() {
        long rows = parts.stream().mapToLong(part -> part.shape.getFirst()).sum();
        return isMatrix() ? List.of(rows, parts.getFirst().shape.getLast()) : List.of(rows);
    }

    /** Whether this is a matrix; otherwise it is the scale of a norm. */
    public boolean isMatrix() {
        return parts.getFirst().shape.size() == 2;
    }

    /** Number of elements. */
    public long elements() {
        return shape().stream().reduce(1L, Math::multiplyExact);
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
            long[] shape = part.shape.stream().mapToLong(Long::longValue).toArray();
            int to = from + Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
            ByteBuffer bytes = FloatBytes.encode(Arrays.copyOfRange(values, from, to), type);
            tensors.add(new Tensor(part.name, type, shape, MemorySegment.ofBuffer(bytes)));
            from = to;
        }
        return tensors;
    }
}
