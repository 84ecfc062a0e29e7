package dev.seeddiffusion.cache.chunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.seeddiffusion.common.chunk.ChunkKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReturnType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Which chunks there are, how long ago each was used, and what they weigh, in Redis: four keys of
 * one slot, changed by scripts that are next to this class. A chunk is always used later than those
 * after it in its chain, so that the one that was used longest ago is always the end of a chain,
 * and evicting it breaks none.
 *
 * <p>The chunks themselves lie elsewhere, in a cluster on every node. The index is changed before
 * they are deleted, and after {@code doomed} has their names: whoever breaks off in between leaves
 * nothing that is not deleted with the next chunk that comes.
 */
final class RecencyIndex {

    private static final ByteBuffer TOUCH = script("touch.lua");
    private static final ByteBuffer ADMIT = script("admit.lua");
    private static final ByteBuffer FORGET = script("forget.lua");
    private static final int MICROS_PER_MILLI = 1000;

    private final ByteBuffer recency;
    private final ByteBuffer weights;
    private final ByteBuffer bytes;
    private final ByteBuffer doomed;
    private final Duration timeToLive;
    private final long budget;

    /**
     * @param prefix of the index's keys in Redis
     * @param timeToLive how long after its last use a chunk is forgotten
     * @param budget most bytes that chunks weigh together
     */
    RecencyIndex(String prefix, Duration timeToLive, long budget) {
        recency = ascii(prefix + "{index}:recency"); // the braces put them into one slot
        weights = ascii(prefix + "{index}:weights");
        bytes = ascii(prefix + "{index}:bytes");
        doomed = ascii(prefix + "{index}:doomed");
        this.timeToLive = timeToLive;
        this.budget = budget;
    }

    /**
     * @param present how many of the chain's chunks are there without a gap
     * @param expiryMillis Unix time at which they are forgotten
     */
    record Touched(int present, long expiryMillis) {}

    /** Counts as a use of the chunks that are there. */
    Mono<Touched> touch(ReactiveRedisConnection redis, List<ChunkKey> chain) {
        return eval(redis, TOUCH, List.of(recency), chain.stream().map(ChunkKey::hex))
                .map(
                        answer -> {
                            String[] parts = answer.split(" ");
                            return new Touched(Integer.parseInt(parts[0]), expiry(parts[1]));
                        });
    }

    /**
     * @param expiryMillis Unix time at which the chunk is forgotten; 0 if it was refused
     * @param bytes that the chunks weigh together now
     * @param evicted how many chunks had to go
     * @param doomed keys of chunks that are to be deleted, then {@link #buried}
     */
    record Admitted(long expiryMillis, long bytes, int evicted, List<ChunkKey> doomed) {

        boolean isRefused() {
            return expiryMillis == 0;
        }
    }

    Mono<Admitted> admit(
            ReactiveRedisConnection redis, @Nullable ChunkKey parent, ChunkKey chunk, long weight) {
        Stream<String> arguments =
                Stream.of(
                        chunk.hex(),
                        parent == null ? "" : parent.hex(),
                        String.valueOf(weight),
                        String.valueOf(budget),
                        String.valueOf(timeToLive.toMillis() * MICROS_PER_MILLI));
        return eval(redis, ADMIT, List.of(recency, weights, bytes, doomed), arguments)
                .map(
                        answer -> {
                            String[] parts = answer.split(" ");
                            return new Admitted(
                                    parts[0].equals("0") ? 0 : expiry(parts[0]),
                                    Long.parseLong(parts[1]),
                                    Integer.parseInt(parts[2]),
                                    Arrays.stream(parts).skip(3).map(ChunkKey::new).toList());
                        });
    }

    Mono<Void> buried(ReactiveRedisConnection redis, List<ChunkKey> chunks) {
        return redis.setCommands()
                .sRem(doomed.duplicate(), chunks.stream().map(key -> ascii(key.hex())).toList())
                .then();
    }

    Mono<Void> forget(ReactiveRedisConnection redis, ChunkKey chunk) {
        return eval(redis, FORGET, List.of(recency, weights, bytes), Stream.of(chunk.hex())).then();
    }

    private long expiry(String recencyMicros) {
        return Long.parseLong(recencyMicros) / MICROS_PER_MILLI + timeToLive.toMillis();
    }

    private static Mono<String> eval(
            ReactiveRedisConnection redis,
            ByteBuffer script,
            List<ByteBuffer> keys,
            Stream<String> arguments) {
        ByteBuffer[] all =
                Stream.concat(
                                keys.stream().map(ByteBuffer::duplicate),
                                arguments.map(RecencyIndex::ascii))
                        .toArray(ByteBuffer[]::new);
        Flux<ByteBuffer> answer =
                redis.scriptingCommands()
                        .eval(script.duplicate(), ReturnType.VALUE, keys.size(), all);
        return answer.next().map(text -> US_ASCII.decode(text).toString());
    }

    private static ByteBuffer ascii(String text) {
        return US_ASCII.encode(text);
    }

    private static ByteBuffer script(String name) {
        try (InputStream stream = RecencyIndex.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("There is no script " + name + ".");
            }
            return ByteBuffer.wrap(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
