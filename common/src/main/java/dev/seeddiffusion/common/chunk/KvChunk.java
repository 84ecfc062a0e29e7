package dev.seeddiffusion.common.chunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one chunk of tokens, all layers in one tensor.
 *
 * @param dtype as safetensors names it: {@code BF16}, {@code F16} or {@code F32}
 * @param shape (layers, 2, keyValueHeads, tokens, headWidth); index 0 of the second dimension holds
 *     the keys, index 1 the values
 * @param data the tensor, row-major and little-endian. Not copied: it must not change while the
 *     chunk is in use. Each call returns a read-only view with a position of its own
 */
public record KvChunk(String dtype, List<Integer> shape, ByteBuffer data) {

    private static final Map<String, Integer> BYTES_PER_VALUE =
            Map.of("BF16", 2, "F16", 2, "F32", 4);
    private static final int DIMENSIONS = 5;

    /** Far above any real chunk; keeps every length of the format an int. */
    private static final long MAX_BYTES = 1 << 29;

    /**
     * @throws IllegalArgumentException if dtype, shape and length of the data do not fit together
     */
    public KvChunk {
        shape = List.copyOf(shape);
        long expected = expectedBytes(dtype, shape);
        if (data.remaining() != expected) {
            throw new IllegalArgumentException(
                    "A chunk of %s %s has %d bytes of data, but there are %d."
                            .formatted(dtype, shape, expected, data.remaining()));
        }
        data = data.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long expectedBytes(String dtype, List<Integer> shape) {
        @Nullable Integer bytesPerValue = BYTES_PER_VALUE.get(dtype);
        if (bytesPerValue == null) {
            throw new IllegalArgumentException(
                    "The dtype of a chunk is BF16, F16 or F32, but this one is " + dtype + ".");
        }
        if (shape.size() != DIMENSIONS || shape.get(1) != 2) {
            throw new IllegalArgumentException(
                    "The shape of a chunk is [layers, 2, keyValueHeads, tokens, headWidth], but"
                            + " this one is "
                            + shape
                            + ".");
        }
        long bytes = bytesPerValue;
        for (int length : shape) {
            if (length <= 0) {
                throw new IllegalArgumentException("No chunk has the shape " + shape + ".");
            }
            bytes *= length;
            if (bytes > MAX_BYTES) { // checked at each factor, so that nothing overflows
                throw new IllegalArgumentException(
                        "A chunk of %s %s is too large.".formatted(dtype, shape));
            }
        }
        return bytes;
    }
}
