package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks on this heap, up to a number of bytes; the least recently used go first, and of a chain
 * its end. What was found stays valid for whoever holds it. Thread-safe.
 */
final class LocalChunks {

    private final long maxBytes;
    private final Map<ChunkKey, ByteBuffer> chunks = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param maxBytes most bytes of chunks to keep; with 0 none is
     */
    LocalChunks(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * @return the chunks from the start of {@code chain} that are here without a gap
     */
    synchronized List<ByteBuffer> find(List<ChunkKey> chain) {
        List<ByteBuffer> found = new ArrayList<>();
        for (ChunkKey key : chain) {
            @Nullable ByteBuffer chunk = chunks.get(key);
            if (chunk == null) {
                break;
            }
            found.add(chunk);
        }
        use(chain.subList(0, found.size()));
        return found;
    }

    /**
     * @param chain keys up to that of {@code chunk}, which is kept if all before it are
     */
    synchronized void keep(List<ChunkKey> chain, ByteBuffer chunk) {
        ChunkKey key = chain.getLast();
        boolean isFindable = chain.size() == 1 || chunks.containsKey(chain.get(chain.size() - 2));
        if (!isFindable || chunks.containsKey(key)) {
            return;
        }
        chunks.put(key, chunk);
        bytes += chunk.remaining();
        use(chain);
        Iterator<ByteBuffer> eldestFirst = chunks.values().iterator();
        while (bytes > maxBytes) {
            bytes -= eldestFirst.next().remaining();
            eldestFirst.remove();
        }
    }

    /** The last of a chain first, so that it is the first to go. */
    private void use(List<ChunkKey> chain) {
        chain.reversed().forEach(chunks::get);
    }

    synchronized long bytes() {
        return bytes;
    }
}
