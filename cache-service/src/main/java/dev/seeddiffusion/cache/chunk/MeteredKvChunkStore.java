package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Counts what a store is asked and answers: {@code cache.chunk.matched} and {@code
 * cache.chunk.fetched} chunks by {@code result} (hit, miss), {@code cache.chunk.puts} by {@code
 * result} (kept, present, refused), {@code cache.chunk.transferred} bytes by {@code direction} (in,
 * out), and how long it took, {@code cache.chunk.latency} by {@code operation}.
 */
final class MeteredKvChunkStore implements KvChunkStore {

    private final KvChunkStore store;
    private final MeterRegistry meters;
    private final Counter bytesIn;
    private final Counter bytesOut;

    MeteredKvChunkStore(KvChunkStore store, MeterRegistry meters) {
        this.store = store;
        this.meters = meters;
        bytesIn = transferred("in");
        bytesOut = transferred("out");
    }

    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        return timed("match", store.match(chain).flux())
                .singleOrEmpty()
                .doOnNext(matched -> found("cache.chunk.matched", matched, chain.size()));
    }

    @Override
    public Flux<byte[]> fetch(List<ChunkKey> keys) {
        return Flux.defer(
                () -> {
                    AtomicInteger fetched = new AtomicInteger();
                    return timed("fetch", store.fetch(keys))
                            .doOnNext(
                                    bytes -> {
                                        fetched.incrementAndGet();
                                        bytesOut.increment(bytes.length);
                                    })
                            .doOnComplete(
                                    () -> found("cache.chunk.fetched", fetched.get(), keys.size()));
                });
    }

    @Override
    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
        return timed("put", store.put(parent, key, bytes).flux())
                .singleOrEmpty()
                .doOnNext(
                        stored -> {
                            String result = stored.name().toLowerCase(Locale.ROOT);
                            meters.counter("cache.chunk.puts", "result", result).increment();
                            bytesIn.increment(bytes.length);
                        });
    }

    @Override
    public Mono<Void> remove(ChunkKey key) {
        return store.remove(key);
    }

    private void found(String name, int hits, int asked) {
        meters.counter(name, "result", "hit").increment(hits);
        meters.counter(name, "result", "miss").increment(asked - hits);
    }

    private <T> Flux<T> timed(String operation, Flux<T> answer) {
        return Flux.defer(
                () -> {
                    Timer.Sample sample = Timer.start(meters);
                    return answer.doFinally(
                            end -> {
                                if (end == SignalType.ON_COMPLETE) {
                                    sample.stop(
                                            meters.timer(
                                                    "cache.chunk.latency", "operation", operation));
                                }
                            });
                });
    }

    private Counter transferred(String direction) {
        return Counter.builder("cache.chunk.transferred")
                .baseUnit("bytes")
                .tag("direction", direction)
                .register(meters);
    }
}
