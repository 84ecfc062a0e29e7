package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
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
 * Keeps each chunk under one key of Redis, raw, with a time to live. Signals {@link
 * ChunkStoreUnavailableException} when Redis refuses or does not answer in time.
 */
final class RedisKvChunkStore implements KvChunkStore {

    private static final Logger log = LoggerFactory.getLogger(RedisKvChunkStore.class);

    private final ReactiveRedisConnectionFactory redis;
    private final ChunkProperties properties;
    private final AtomicBoolean down = new AtomicBoolean();

    RedisKvChunkStore(ReactiveRedisConnectionFactory redis, ChunkProperties properties) {
        this.redis = redis;
        this.properties = properties;
    }

    /**
     * One round trip: all keys are asked for at once on one connection, and no value is fetched.
     */
    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        if (chain.isEmpty()) {
            return Mono.just(0);
        }
        return on(
                connection ->
                        Flux.fromIterable(chain)
                                .flatMapSequential(
                                        key -> connection.keyCommands().exists(name(key)),
                                        chain.size())
                                .takeWhile(present -> present)
                                .count()
                                .map(Math::toIntExact));
    }

    @Override
    public Mono<byte[]> get(ChunkKey key) {
        return on(connection -> connection.stringCommands().get(name(key)))
                .map(RedisKvChunkStore::bytes);
    }

    @Override
    public Mono<Boolean> put(ChunkKey key, byte[] bytes) {
        return on(connection ->
                        connection
                                .stringCommands()
                                .set(
                                        name(key),
                                        ByteBuffer.wrap(bytes),
                                        Expiration.from(properties.timeToLive()),
                                        SetOption.ifAbsent()))
                .defaultIfEmpty(false);
    }

    private <T> Mono<T> on(Function<ReactiveRedisConnection, Mono<T>> command) {
        return Mono.usingWhen(
                        Mono.fromSupplier(redis::getReactiveConnection),
                        command,
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
        return StandardCharsets.UTF_8.encode(properties.keyPrefix() + key.hex());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
