package dev.seeddiffusion.common.chunk;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store of which a test changes something. */
public class ChangedStore implements KvChunkStore {

    private final KvChunkStore store;

    public ChangedStore(KvChunkStore store) {
        this.store = store;
    }

    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        return store.match(chain);
    }

    @Override
    public Flux<byte[]> fetch(List<ChunkKey> keys) {
        return store.fetch(keys);
    }

    @Override
    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
        return store.put(parent, key, bytes);
    }

    @Override
    public Mono<Void> remove(ChunkKey key) {
        return store.remove(key);
    }
}
