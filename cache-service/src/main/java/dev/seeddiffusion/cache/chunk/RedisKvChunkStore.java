package dev.seeddiffusion.cache.chunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.seeddiffusion.cache.chunk.RecencyIndex.Admitted;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStringCommands.SetOption;
import org.springframework.data.redis.core.types.Expiration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps each chunk under one key of Redis, raw, until it was not used for its time to live or has
 * to make room. Signals {@link ChunkStoreUnavailableException} when Redis refuses or does not
 * answer in time.
 */
final class RedisKvChunkStore implements KvChunkStore {

    private static final Logger log = LoggerFactory.getLogger(RedisKvChunkStore.class);

    /** Chunks that are read while others are being sent. */
    private static final int READ_AHEAD = 2;

    /** Stands for a chunk that is not there; no chunk is empty. */
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final ReactiveRedisConnectionFactory redis;
    private final ChunkProperties properties;
    private final RecencyIndex index;
    private final StoreMetrics metrics;
    private final AtomicBoolean down = new AtomicBoolean();

    RedisKvChunkStore(
            ReactiveRedisConnectionFactory redis,
            ChunkProperties properties,
            StoreMetrics metrics) {
        this.redis = redis;
        this.properties = properties;
        this.metrics = metrics;
        this.index =
                new RecencyIndex(
                        properties.keyPrefix(),
                        properties.timeToLive(),
                        properties.memoryBudget().toBytes());
    }

    /** Two round trips: the index is asked, then the chunks themselves, all at once. */
    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        if (chain.isEmpty()) {
            return Mono.just(0);
        }
        return on(
                connection ->
                        index.touch(connection, chain)
                                .flatMap(
                                        touched ->
                                                keep(
                                                        connection,
                                                        chain.subList(0, touched.present()),
                                                        touched.expiryMillis())));
    }

    /**
     * @return how many of {@code chunks} are really there
     */
    private Mono<Integer> keep(
            ReactiveRedisConnection connection, List<ChunkKey> chunks, long expiryMillis) {
        Instant expiry = Instant.ofEpochMilli(expiryMillis);
        return Flux.fromIterable(chunks)
                .flatMapSequential(
                        key -> connection.keyCommands().pExpireAt(name(key), expiry),
                        Math.max(1, chunks.size()))
                .takeWhile(present -> present)
                .count()
                .map(Math::toIntExact);
    }

    @Override
    public Flux<byte[]> fetch(List<ChunkKey> keys) {
        return Flux.usingWhen(
                        Mono.fromSupplier(redis::getReactiveConnection),
                        connection -> read(connection, keys),
                        ReactiveRedisConnection::closeLater)
                .doOnComplete(this::noteSuccess)
                .onErrorMap(this::unavailable);
    }

    private Flux<byte[]> read(ReactiveRedisConnection connection, List<ChunkKey> keys) {
        return Flux.fromIterable(keys)
                .flatMapSequential(
                        key ->
                                connection
                                        .stringCommands()
                                        .get(name(key))
                                        .defaultIfEmpty(NONE)
                                        .timeout(properties.redisDeadline()),
                        READ_AHEAD,
                        1)
                .takeWhile(ByteBuffer::hasRemaining)
                .map(RedisKvChunkStore::bytes);
    }

    @Override
    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
        return on(
                connection ->
                        index.admit(connection, parent, key, RedisMemory.of(bytes.length))
                                .doOnNext(metrics::admitted)
                                .flatMap(
                                        admitted ->
                                                bury(connection, admitted.doomed())
                                                        .then(
                                                                set(
                                                                        connection,
                                                                        key,
                                                                        bytes,
                                                                        admitted))));
    }

    private Mono<Void> bury(ReactiveRedisConnection connection, List<ChunkKey> doomed) {
        return doomed.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(doomed)
                        .flatMap(key -> connection.keyCommands().unlink(name(key)), doomed.size())
                        .then(index.buried(connection, doomed));
    }

    private Mono<Stored> set(
            ReactiveRedisConnection connection, ChunkKey key, byte[] bytes, Admitted admitted) {
        if (admitted.isRefused()) {
            return Mono.just(Stored.REFUSED);
        }
        return connection
                .stringCommands()
                .set(
                        name(key),
                        ByteBuffer.wrap(bytes),
                        Expiration.unixTimestamp(admitted.expiryMillis(), TimeUnit.MILLISECONDS),
                        SetOption.ifAbsent())
                .defaultIfEmpty(false)
                .map(kept -> kept ? Stored.KEPT : Stored.PRESENT);
    }

    @Override
    public Mono<Void> remove(ChunkKey key) {
        return on(
                connection ->
                        index.forget(connection, key)
                                .then(connection.keyCommands().unlink(name(key)).then()));
    }

    private <T> Mono<T> on(Function<ReactiveRedisConnection, Mono<T>> commands) {
        return Mono.usingWhen(
                        Mono.fromSupplier(redis::getReactiveConnection),
                        commands,
                        ReactiveRedisConnection::closeLater)
                .timeout(properties.redisDeadline())
                .doOnSuccess(_ -> noteSuccess())
                .onErrorMap(this::unavailable);
    }

    private void noteSuccess() {
        if (down.compareAndSet(true, false)) {
            log.info("Redis answers again.");
        }
    }

    private ChunkStoreUnavailableException unavailable(Throwable error) {
        String reason =
                error instanceof TimeoutException
                        ? "did not answer within " + properties.redisDeadline().toMillis() + " ms"
                        : "cannot be used at the moment";
        if (down.compareAndSet(false, true)) { // the first of an outage speaks for all
            log.warn(
                    "Redis {}: {}",
                    reason,
                    NestedExceptionUtils.getMostSpecificCause(error).toString());
        }
        return new ChunkStoreUnavailableException(
                "Redis " + reason + ": go on without the cache.", error);
    }

    private ByteBuffer name(ChunkKey key) {
        return US_ASCII.encode(properties.keyPrefix() + key.hex());
    }

    /** Without copying: the client library gives each value an array of its own. */
    private static byte[] bytes(ByteBuffer value) {
        if (value.hasArray() && value.array().length == value.remaining()) {
            return value.array();
        }
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }
}
