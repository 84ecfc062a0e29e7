package dev.seeddiffusion.common.chunk;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps chunks on this heap, up to a number of bytes; the least recently read or written go first.
 * Thread-safe.
 */
public final class InMemoryKvChunkStore implements KvChunkStore {

    private final long maxBytes;
    private final Map<ChunkKey, byte[]> chunks = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param maxBytes most bytes of chunks to keep
     */
    public InMemoryKvChunkStore(long maxBytes) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException(
                    "A store keeps at least one byte, not " + maxBytes + ".");
        }
        this.maxBytes = maxBytes;
    }

    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        return Mono.fromSupplier(() -> countPresent(chain));
    }

    @Override
    public Mono<byte[]> get(ChunkKey key) {
        return Mono.fromSupplier(() -> copyOf(key));
    }

    @Override
    public Mono<Boolean> put(ChunkKey key, byte[] value) {
        return Mono.fromSupplier(() -> keep(key, value));
    }

    private synchronized int countPresent(List<ChunkKey> chain) {
        int present = 0;
        while (present < chain.size() && chunks.containsKey(chain.get(present))) {
            present++;
        }
        return present;
    }

    private synchronized byte @Nullable [] copyOf(ChunkKey key) {
        byte @Nullable [] kept = chunks.get(key);
        return kept == null ? null : kept.clone();
    }

    private synchronized boolean keep(ChunkKey key, byte[] value) {
        if (value.length > maxBytes || chunks.containsKey(key)) {
            return false;
        }
        Iterator<byte[]> eldestFirst = chunks.values().iterator();
        while (bytes + value.length > maxBytes) {
            bytes -= eldestFirst.next().length;
            eldestFirst.remove();
        }
        chunks.put(key, value.clone());
        bytes += value.length;
        return true;
    }
}
