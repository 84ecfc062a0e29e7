package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Counts what a store is asked and answers: {@code cache.chunk.gets} by {@code result} (hit, miss),
 * {@code cache.chunk.puts} by {@code result} (kept, present), {@code cache.chunk.matched} keys by
 * {@code result} (hit, miss), and {@code cache.chunk.transferred} bytes by {@code direction} (in,
 * out).
 */
final class MeteredKvChunkStore implements KvChunkStore {

    private final KvChunkStore store;
    private final Counter hits;
    private final Counter misses;
    private final Counter kept;
    private final Counter present;
    private final Counter matchedKeys;
    private final Counter unmatchedKeys;
    private final Counter bytesIn;
    private final Counter bytesOut;

    MeteredKvChunkStore(KvChunkStore store, MeterRegistry meters) {
        this.store = store;
        hits = meters.counter("cache.chunk.gets", "result", "hit");
        misses = meters.counter("cache.chunk.gets", "result", "miss");
        kept = meters.counter("cache.chunk.puts", "result", "kept");
        present = meters.counter("cache.chunk.puts", "result", "present");
        matchedKeys = meters.counter("cache.chunk.matched", "result", "hit");
        unmatchedKeys = meters.counter("cache.chunk.matched", "result", "miss");
        bytesIn = bytes(meters, "in");
        bytesOut = bytes(meters, "out");
    }

    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        return store.match(chain)
                .doOnNext(
                        matched -> {
                            matchedKeys.increment(matched);
                            unmatchedKeys.increment(chain.size() - matched);
                        });
    }

    @Override
    public Mono<byte[]> get(ChunkKey key) {
        return store.get(key)
                .doOnSuccess(
                        bytes -> {
                            (bytes == null ? misses : hits).increment();
                            bytesOut.increment(bytes == null ? 0 : bytes.length);
                        });
    }

    @Override
    public Mono<Boolean> put(ChunkKey key, byte[] bytes) {
        return store.put(key, bytes)
                .doOnNext(
                        isKept -> {
                            (isKept ? kept : present).increment();
                            bytesIn.increment(isKept ? bytes.length : 0);
                        });
    }

    private static Counter bytes(MeterRegistry meters, String direction) {
        return Counter.builder("cache.chunk.transferred")
                .baseUnit("bytes")
                .tag("direction", direction)
                .register(meters);
    }
}
