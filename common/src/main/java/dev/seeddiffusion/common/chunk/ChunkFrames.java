package dev.seeddiffusion.common.chunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several chunks in one stream of bytes: each after its length, a little-endian int32. A stream
 * comes in pieces of any length; an instance reads one stream and is not thread-safe.
 */
public final class ChunkFrames {

    /** Of the pieces that are written, so that a slow reader holds up few bytes. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final int maxChunkBytes;
    private final ByteBuffer length =
            ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable ByteBuffer chunk;

    /**
     * @param maxChunkBytes a longer chunk is refused before memory is taken for it
     */
    public ChunkFrames(int maxChunkBytes) {
        this.maxChunkBytes = maxChunkBytes;
    }

    /**
     * @return views of {@code chunk}, after its length
     */
    public static List<ByteBuffer> write(byte[] chunk) {
        List<ByteBuffer> pieces = new ArrayList<>();
        pieces.add(
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, chunk.length));
        for (int start = 0; start < chunk.length; start += PIECE_BYTES) {
            pieces.add(
                    ByteBuffer.wrap(chunk, start, Math.min(PIECE_BYTES, chunk.length - start))
                            .slice());
        }
        return pieces;
    }

    /**
     * @param piece what came next; read to its end
     * @return the chunks that it completes
     * @throws ChunkFormatException if a length is not that of a chunk
     */
    public List<byte[]> read(ByteBuffer piece) {
        List<byte[]> complete = new ArrayList<>();
        while (piece.hasRemaining()) {
            if (chunk == null) {
                move(piece, length);
                if (!length.hasRemaining()) {
                    chunk = ByteBuffer.allocate(checked(length.getInt(0)));
                    length.clear();
                }
            } else {
                move(piece, chunk);
                if (!chunk.hasRemaining()) {
                    complete.add(chunk.array());
                    chunk = null;
                }
            }
        }
        return complete;
    }

    private int checked(int bytes) {
        if (bytes < 1 || bytes > maxChunkBytes) {
            throw new ChunkFormatException(
                    "A chunk has 1 to %d bytes, but one of %d is announced."
                            .formatted(maxChunkBytes, bytes));
        }
        return bytes;
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        int bytes = Math.min(from.remaining(), to.remaining());
        to.put(from.slice(from.position(), bytes));
        from.position(from.position() + bytes);
    }
}
