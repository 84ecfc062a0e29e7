package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Stores chunks behind the tokens' back, one after the other, so that none comes before the one
 * that it follows.
 */
final class ChunkWriter implements AutoCloseable {

    private final ChunkFormat format;
    private final Duration deadline;
    private final PrefixMetrics metrics;
    private final Outage outage;
    private final Sinks.Many<Chunk> queue;
    private final Disposable writing;

    /**
     * @param deadline for each chunk
     * @param mostWaiting chunks, each in memory
     */
    ChunkWriter(
            ChunkFormat format,
            Duration deadline,
            int mostWaiting,
            PrefixMetrics metrics,
            Outage outage) {
        this.format = format;
        this.deadline = deadline;
        this.metrics = metrics;
        this.outage = outage;
        queue = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(mostWaiting));
        writing = queue.asFlux().concatMap(this::write, 1).subscribe();
    }

    /** A chunk, where it goes, and its place there. */
    record Chunk(
            KvChunkStore store,
            @Nullable ChunkKey parent,
            ChunkKey key,
            ByteBuffer keysAndValues) {}

    /**
     * @return whether it is going to be stored; not if too many are waiting
     */
    synchronized boolean offer(Chunk chunk) {
        return queue.tryEmitNext(chunk).isSuccess();
    }

    private Mono<Void> write(Chunk chunk) {
        return Mono.fromCallable(() -> format.encode(chunk.key, chunk.keysAndValues))
                .subscribeOn(Schedulers.boundedElastic()) // to encode is to hash megabytes
                .flatMap(bytes -> chunk.store.put(chunk.parent, chunk.key, bytes))
                .timeout(deadline)
                .doOnNext(stored -> metrics.stored(stored.name().toLowerCase(Locale.ROOT), 1))
                .doOnError(
                        error -> {
                            metrics.stored("error", 1);
                            outage.note(error);
                        })
                .onErrorComplete()
                .then();
    }

    @Override
    public void close() {
        writing.dispose();
    }
}
