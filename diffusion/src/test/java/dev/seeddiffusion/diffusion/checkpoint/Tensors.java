package dev.seeddiffusion.diffusion.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Small tensors for tests. */
final class Tensors {
    private Tensors() {}

    static Tensor floats(String name, long[] shape, float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Tensor(name, DType.F32, shape, MemorySegment.ofBuffer(bytes));
    }
}
