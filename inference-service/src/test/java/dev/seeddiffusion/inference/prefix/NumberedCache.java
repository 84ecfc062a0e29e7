package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.diffusion.model.KvCache;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fake whose chunks begin with the number of their first token. */
final class NumberedCache implements KvCache {

    static final int BYTES_PER_TOKEN = 16;

    final List<Integer> read = new CopyOnWriteArrayList<>();
    private final int length;

    NumberedCache(int length) {
        this.length = length;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int capacity() {
        return length;
    }

    @Override
    public int bytesPerToken() {
        return BYTES_PER_TOKEN;
    }

    @Override
    public ByteBuffer read(int start, int tokens) {
        read.add(start);
        return ByteBuffer.allocate(tokens * BYTES_PER_TOKEN)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, start);
    }

    @Override
    public void append(ByteBuffer bytes, int tokens) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void truncate(int to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
