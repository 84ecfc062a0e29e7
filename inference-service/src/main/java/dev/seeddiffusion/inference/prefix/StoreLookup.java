package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.ChunkKey.CHUNK_TOKENS;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.generation.PrefixChoice;
import dev.seeddiffusion.inference.prefix.PrefixMetrics.Result;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Looks for prefixes in a {@link KvChunkStore}. Whether that is slow, full, wrong or dead, a
 * look-up ends in time, and never in an error.
 */
final class StoreLookup {

    /** Chunks that are decoded while others arrive. */
    private static final int READ_AHEAD = 2;

    private final ChunkFormat format;
    private final FetchOrCompute rates;
    private final PrefixMetrics metrics;
    private final Outage outage;

    StoreLookup(ChunkFormat format, FetchOrCompute rates, PrefixMetrics metrics, Outage outage) {
        this.format = format;
        this.rates = rates;
        this.metrics = metrics;
        this.outage = outage;
    }

    /**
     * @param stored how many chunks from the start of the chain the store has, as far as known
     * @param chunks keys and values of those that came, after those that were here
     */
    record Found(int stored, List<ByteBuffer> chunks, PrefixChoice choice) {}

    /**
     * @param chain of the chunks that are wanted
     * @param here how many of them need no looking for
     */
    Mono<Found> find(KvChunkStore store, List<ChunkKey> chain, int here) {
        if (rates.isPaused()) {
            return Mono.just(new Found(here, List.of(), PrefixChoice.NONE));
        }
        return Mono.defer(() -> new Attempt(store, chain, here).find());
    }

    private final class Attempt {

        private final long start = System.nanoTime();
        private final KvChunkStore store;
        private final List<ChunkKey> chain;
        private final int here;
        private int stored;
        private volatile int decoded;
        private volatile @Nullable Result trouble;

        Attempt(KvChunkStore store, List<ChunkKey> chain, int here) {
            this.store = store;
            this.chain = chain;
            this.here = here;
            this.stored = here;
        }

        Mono<Found> find() {
            return Mono.defer(() -> store.match(chain))
                    .timeout(rates.patience(0, tokens(chain.size() - here)))
                    .flatMap(this::fetchOrNot)
                    .onErrorResume(
                            error -> {
                                note(error);
                                return Mono.just(found(List.of(), PrefixChoice.NONE));
                            });
        }

        private Mono<Found> fetchOrNot(int matched) {
            if (matched > chain.size()) {
                return Mono.error(
                        new IllegalStateException(
                                "The store found %d of %d chunks."
                                        .formatted(matched, chain.size())));
            }
            stored = matched;
            if (matched <= here) {
                return Mono.just(found(List.of(), PrefixChoice.NONE));
            }
            if (!rates.prefersFetch()) {
                return Mono.just(new Found(matched, List.of(), PrefixChoice.RECOMPUTE));
            }
            return fetch(chain.subList(here, matched))
                    .collectList()
                    .map(chunks -> found(chunks, PrefixChoice.FETCH));
        }

        private Flux<ByteBuffer> fetch(List<ChunkKey> keys) {
            return Flux.defer(() -> store.fetch(keys))
                    .publishOn(Schedulers.boundedElastic(), READ_AHEAD) // decoding hashes megabytes
                    .map(bytes -> decode(keys.get(decoded), bytes))
                    .timeout(next(keys.size()), _ -> next(keys.size()))
                    .onErrorResume(
                            error -> {
                                note(error);
                                return Mono.empty(); // what came before is as good as ever
                            });
        }

        /** Completes when the next of {@code wanted} chunks is late. */
        private Mono<Long> next(int wanted) {
            Duration patience = rates.patience(tokens(decoded), tokens(wanted));
            return Mono.delay(patience.minusNanos(System.nanoTime() - start));
        }

        private ByteBuffer decode(ChunkKey key, byte[] bytes) {
            try {
                ByteBuffer chunk = format.decode(key, bytes);
                decoded++; // by one thread after the other
                return chunk;
            } catch (RuntimeException e) {
                metrics.damaged();
                stored = here + decoded; // to be put again, this one and what follows
                store.remove(key).onErrorComplete().subscribe();
                throw e;
            }
        }

        private void note(Throwable error) {
            trouble = error instanceof TimeoutException ? Result.LATE : Result.ERROR;
            outage.note(error);
        }

        private Found found(List<ByteBuffer> chunks, PrefixChoice choice) {
            long nanos = System.nanoTime() - start;
            if (!chunks.isEmpty()) {
                rates.fetched(chunks.stream().mapToLong(ByteBuffer::remaining).sum(), nanos);
            } else if (trouble != null) {
                rates.failed();
            }
            if (trouble == null) {
                outage.end();
            }
            metrics.fetched(
                    trouble != null ? trouble : chunks.isEmpty() ? Result.MISS : Result.HIT, nanos);
            return new Found(stored, chunks, choice);
        }
    }

    private static int tokens(int chunks) {
        return chunks * CHUNK_TOKENS;
    }
}
