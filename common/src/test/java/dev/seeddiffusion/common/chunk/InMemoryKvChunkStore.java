package dev.seeddiffusion.common.chunk;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A fake of a store, for tests: keeps all chunks on this heap. Thread-safe. */
public final class InMemoryKvChunkStore implements KvChunkStore {

    private final Map<ChunkKey, byte[]> chunks = new ConcurrentHashMap<>();

    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        return Flux.fromIterable(chain)
                .takeWhile(chunks::containsKey)
                .count()
                .map(Math::toIntExact);
    }

    @Override
    public Flux<byte[]> fetch(List<ChunkKey> keys) {
        return Flux.fromIterable(keys)
                .takeWhile(chunks::containsKey)
                .map(key -> Objects.requireNonNull(chunks.get(key)).clone());
    }

    @Override
    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
        return Mono.fromSupplier(
                () -> {
                    if (parent != null && !chunks.containsKey(parent)) {
                        return Stored.REFUSED;
                    }
                    return chunks.putIfAbsent(key, bytes.clone()) == null
                            ? Stored.KEPT
                            : Stored.PRESENT;
                });
    }

    @Override
    public Mono<Void> remove(ChunkKey key) {
        return Mono.fromRunnable(() -> chunks.remove(key));
    }
}
