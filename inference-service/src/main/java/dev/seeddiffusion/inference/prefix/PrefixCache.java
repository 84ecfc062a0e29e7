package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.ChunkKey.CHUNK_TOKENS;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.diffusion.model.KvCache;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Finds the keys and values of a prompt's beginning in a {@link KvChunkStore}, and puts new ones
 * there. It can only make things faster: whether the store is slow, full, wrong or dead, no request
 * fails, and none waits for longer than a deadline.
 */
public final class PrefixCache {

    private static final Logger log = LoggerFactory.getLogger(PrefixCache.class);
    private static final int FETCHES_AT_A_TIME = 4;
    private static final int WARM_UP_ROUNDS = 20;

    /** Stands for a chunk that cannot be had; no chunk is empty. */
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final KvChunkStore store;
    private final ChunkFormat format;
    private final PrefixCacheProperties properties;
    private final Semaphore storing;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final MeterRegistry meters;
    private final Counter cachedTokens;

    PrefixCache(
            KvChunkStore store,
            ChunkFormat format,
            PrefixCacheProperties properties,
            MeterRegistry meters) {
        this.store = store;
        this.format = format;
        this.properties = properties;
        this.storing = new Semaphore(properties.maxStoresInFlight());
        this.meters = meters;
        this.cachedTokens = meters.counter("inference.prefix.cached_tokens");
    }

    /**
     * @param promptTokens token ids from position 0
     * @return what is there of the prompt, as far as it arrives before the deadline; never an error
     */
    public Mono<Prefix> find(int[] promptTokens) {
        return Mono.defer(
                () -> {
                    List<ChunkKey> chain = ChunkKey.chain(format.root(), promptTokens);
                    List<ChunkKey> usable =
                            chain.subList(0, Math.max(0, promptTokens.length - 1) / CHUNK_TOKENS);
                    return usable.isEmpty()
                            ? Mono.just(new Prefix(chain, List.of()))
                            : fetch(usable).map(chunks -> new Prefix(chain, chunks));
                });
    }

    private Mono<List<ByteBuffer>> fetch(List<ChunkKey> usable) {
        Timer.Sample sample = Timer.start(meters);
        AtomicReference<@Nullable Outcome> trouble = new AtomicReference<>();
        Consumer<Throwable> onError =
                error -> {
                    trouble.set(Outcome.ERROR);
                    noteFailure(error);
                };
        Mono<Long> deadline =
                Mono.delay(properties.fetchDeadline())
                        .doOnNext(_ -> trouble.compareAndSet(null, Outcome.LATE));
        return Mono.defer(() -> store.match(usable))
                .flatMapIterable(matched -> usable.subList(0, matched))
                .doOnError(onError)
                .onErrorComplete()
                .flatMapSequential(
                        key -> chunk(key).doOnError(onError).onErrorReturn(NONE), FETCHES_AT_A_TIME)
                .takeWhile(ByteBuffer::hasRemaining) // before a gap they are as good as ever
                .takeUntilOther(deadline)
                .collectList()
                .doOnNext(chunks -> sample.stop(timer(trouble.get(), chunks)));
    }

    private Mono<ByteBuffer> chunk(ChunkKey key) {
        return Mono.defer(() -> store.get(key))
                .publishOn(Schedulers.boundedElastic()) // to decode is to hash megabytes
                .map(format::decode)
                .defaultIfEmpty(NONE);
    }

    private Timer timer(@Nullable Outcome trouble, List<ByteBuffer> chunks) {
        if (trouble == null) {
            noteSuccess();
        }
        cachedTokens.increment(chunks.size() * CHUNK_TOKENS);
        Outcome outcome = trouble != null ? trouble : chunks.isEmpty() ? Outcome.MISS : Outcome.HIT;
        return meters.timer(
                "inference.prefix.fetches", "result", outcome.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Looks for what nobody has, so that connections are open and code is loaded when the first
     * request comes: a cold look-up takes longer than the deadline leaves. Returns at once.
     */
    public void warmUp() {
        ChunkKey nobodys = ChunkKey.root(List.of("warm-up".getBytes(StandardCharsets.UTF_8)));
        Mono.defer(() -> store.match(List.of(nobodys)))
                .then(Mono.defer(() -> store.get(nobodys)))
                .repeat(WARM_UP_ROUNDS)
                .then()
                .timeout(properties.storeDeadline())
                .subscribe(_ -> {}, this::noteFailure);
    }

    /**
     * Puts what the store lacks of a prompt, later and elsewhere; only reading {@code cache} takes
     * the calling thread's time.
     *
     * @param prefix as {@link #find} found it
     * @param cache holds at least all full chunks of the prompt
     */
    public void share(Prefix prefix, KvCache cache) {
        for (int i = prefix.chunks().size(); i < prefix.chain().size(); i++) {
            if (!storing.tryAcquire()) {
                // What follows a missing chunk would never be found.
                stored("dropped").increment(prefix.chain().size() - i);
                return;
            }
            store(prefix.chain().get(i), cache.read(i * CHUNK_TOKENS, CHUNK_TOKENS));
        }
    }

    private void store(ChunkKey key, ByteBuffer keysAndValues) {
        Mono.fromCallable(() -> format.encode(keysAndValues))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(bytes -> store.put(key, bytes))
                .timeout(properties.storeDeadline())
                .doFinally(_ -> storing.release())
                .subscribe(
                        kept -> stored(kept ? "kept" : "present").increment(),
                        error -> {
                            stored("error").increment();
                            noteFailure(error);
                        });
    }

    private Counter stored(String result) {
        return meters.counter("inference.prefix.stores", "result", result);
    }

    private void noteSuccess() {
        if (failing.compareAndSet(true, false)) {
            log.info("The store of prefixes works again.");
        }
    }

    private void noteFailure(Throwable error) {
        if (failing.compareAndSet(false, true)) { // the first of an outage speaks for all
            log.warn("The store of prefixes failed, going on without it: {}", error.toString());
        }
    }

    /** Of looking for a prefix; after LATE and ERROR its beginning may have been found. */
    private enum Outcome {
        HIT,
        MISS,
        LATE,
        ERROR
    }
}
