package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * Numbers between their stored bytes and float32, which holds each bfloat16 and float16 exactly.
 * The library's own arrays cannot be made of bfloat16, so they cross the border as float32.
 */
public final class FloatBytes {

    private static final int BFLOAT16_SHIFT = 16;

    private FloatBytes() {}

    /**
     * @param bytes little-endian elements of {@code type}; read from its position, left unchanged
     * @throws IllegalArgumentException if {@code type} is not F32, BF16 or F16
     */
    public static float[] decode(ByteBuffer bytes, DType type) {
        ByteBuffer source = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[source.remaining() / type.bytes()];
        switch (type) {
            case F32 -> source.asFloatBuffer().get(values);
            case BF16 -> {
                short[] shorts = new short[values.length];
                source.asShortBuffer().get(shorts); // one by one from the buffer takes much longer
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(shorts[i] << BFLOAT16_SHIFT);
                }
            }
            case F16 -> {
                ShortBuffer shorts = source.asShortBuffer();
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(shorts.get(i));
                }
            }
            default -> throw new IllegalArgumentException("Not a type of weights: " + type + ".");
        }
        return values;
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
