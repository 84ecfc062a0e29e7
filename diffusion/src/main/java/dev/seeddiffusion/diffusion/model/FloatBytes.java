package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * Numbers between their stored bytes and float32, which holds each bfloat16 and float16 exactly.
 * The library's own arrays cannot be made of bfloat16, so they cross the border as float32.
 */
public final class FloatBytes {

    private static final int BFLOAT16_SHIFT = 16;

    private static final ValueLayout.OfFloat FLOATS = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfFloat STORED_FLOATS =
            FLOATS.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort STORED_SHORTS =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FloatBytes() {}

    /**
     * @param bytes little-endian elements of {@code type}; read from its position, left unchanged
     * @throws IllegalArgumentException if {@code type} is not F32, BF16 or F16
     */
    public static float[] decode(ByteBuffer bytes, DType type) {
        float[] values = new float[bytes.remaining() / type.bytes()];
        decode(MemorySegment.ofBuffer(bytes), type, MemorySegment.ofArray(values));
        return values;
    }

    /**
     * As {@link #decode(ByteBuffer, DType)}, allocating nothing.
     *
     * @param values receives as many float32, in the order of this machine's bytes
     */
    static void decode(MemorySegment bytes, DType type, MemorySegment values) {
        long count = bytes.byteSize() / type.bytes();
        switch (type) {
            case F32 -> {
                for (long i = 0; i < count; i++) {
                    values.set(FLOATS, i * Float.BYTES, bytes.get(STORED_FLOATS, i * Float.BYTES));
                }
            }
            case BF16 -> {
                for (long i = 0; i < count; i++) {
                    int bits = bytes.get(STORED_SHORTS, i * Short.BYTES) << BFLOAT16_SHIFT;
                    values.set(FLOATS, i * Float.BYTES, Float.intBitsToFloat(bits));
                }
            }
            case F16 -> {
                for (long i = 0; i < count; i++) {
                    short bits = bytes.get(STORED_SHORTS, i * Short.BYTES);
                    values.set(FLOATS, i * Float.BYTES, Float.float16ToFloat(bits));
                }
            }
            default -> throw new IllegalArgumentException("Not a type of weights: " + type + ".");
        }
    }

    /**
     * @param type F32, or BF16, to which values are rounded to nearest, ties to even
     * @throws IllegalArgumentException if {@code type} is another
     */
    public static ByteBuffer encode(float[] values, DType type) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, type.bytes()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F32 -> bytes.asFloatBuffer().put(values);
            case BF16 -> {
                ShortBuffer shorts = bytes.asShortBuffer();
                for (int i = 0; i < values.length; i++) {
                    shorts.put(i, bfloat16(values[i]));
                }
            }
            default -> throw new IllegalArgumentException("Weights are not written as " + type);
        }
        return bytes;
    }

    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (Float.floatToIntBits(Float.NaN) >>> BFLOAT16_SHIFT);
        }
        int toEven = (bits >>> BFLOAT16_SHIFT) & 1;
        return (short) ((bits + 0x7FFF + toEven) >>> BFLOAT16_SHIFT);
    }
}
