package dev.seeddiffusion.diffusion.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A named array of numbers that owns no memory.
 *
 * @param shape elements along each dimension, outermost first; empty for a single number
 * @param bytes the elements, row-major and little-endian; of a {@link SafetensorsFile} it is a
 *     read-only view that dies with the file
 */
public record Tensor(String name, DType dtype, long[] shape, MemorySegment bytes) {
    /**
     * @throws IllegalArgumentException if the shape does not need exactly {@code bytes}
     */
    public Tensor {
        shape = shape.clone();
        if (byteSize(dtype, shape) != bytes.byteSize()) {
            throw new IllegalArgumentException(
                    "Tensor %s is %s, but has %d bytes"
                            .formatted(name, describe(dtype, shape), bytes.byteSize()));
        }
    }

    /**
     * The bytes as a little-endian buffer, without a copy.
     *
     * @throws IllegalStateException if they are 2 GiB or more
     */
    public ByteBuffer buffer() {
        return bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** As in our messages: {@code model.norm.weight BF16 [256]}. */
    @Override
    public String toString() {
        return name + " " + describe(dtype, shape);
    }

    static String describe(DType dtype, long[] shape) {
        return dtype + " " + Arrays.toString(shape);
    }

    /** Bytes that a shape needs, or -1 if a dimension is negative or a long cannot hold them. */
    static long byteSize(DType dtype, long[] shape) {
        if (Arrays.stream(shape).anyMatch(dimension -> dimension < 0)) {
            return -1;
        }
        if (Arrays.stream(shape).anyMatch(dimension -> dimension == 0)) {
            return 0;
        }
        try {
            return Arrays.stream(shape).reduce(dtype.bytes(), Math::multiplyExact);
        } catch (ArithmeticException e) {
            return -1;
        }
    }
}
