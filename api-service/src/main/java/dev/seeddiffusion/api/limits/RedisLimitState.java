package dev.seeddiffusion.api.limits;

import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce.LettuceBasedProxyManagerBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Of all api-services together. Subscribes on a thread that may block, since Lettuce opens its
 * connection on the first call.
 */
final class RedisLimitState implements LimitState {

    /** Longer than any generation: a process that dies does not give its places back. */
    private static final Duration LEASE = Duration.ofMinutes(15);

    /** Places are a sorted set of holders, by the time in ms at which each one's lease ends. */
    private static final RedisScript<Long> OCCUPY =
            RedisScript.of(
                    """
                    local time = redis.call('TIME')
                    local now = time[1] * 1000 + math.floor(time[2] / 1000)
                    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
                    if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
                      return 0
                    end
                    redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
                    redis.call('PEXPIRE', KEYS[1], ARGV[3])
                    return 1
                    """,
                    Long.class);

    private final ReactiveStringRedisTemplate redis;
    private final AsyncProxyManager<byte[]> buckets;

    RedisLimitState(ReactiveStringRedisTemplate redis, LettuceConnectionFactory connections) {
        this.redis = redis;
        this.buckets =
                new LettuceBasedProxyManagerBuilder<>(new SharedConnection<byte[]>(connections))
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                        Budget.FILLS_WITHIN))
                        .build()
                        .asAsync();
    }

    @Override
    public Mono<Balance> take(Budget budget) {
        return Mono.fromFuture(() -> bucket(budget).tryConsumeAndReturnRemaining(1))
                .map(probe -> Balance.of(budget, probe))
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<Void> charge(Budget budget, long units) {
        return Mono.fromFuture(() -> bucket(budget).consumeIgnoringRateLimits(units))
                .then()
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<Boolean> occupy(String places, int limit, String holder) {
        List<String> arguments =
                List.of(String.valueOf(limit), holder, String.valueOf(LEASE.toMillis()));
        return Mono.defer(() -> redis.execute(OCCUPY, List.of(key(places)), arguments).single())
                .map(taken -> taken == 1)
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<Void> vacate(String places, String holder) {
        return Mono.defer(() -> redis.opsForZSet().remove(key(places), holder))
                .then()
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static String key(String places) {
        return "limit:" + places + ":streams";
    }

    private AsyncBucketProxy bucket(Budget budget) {
        return buckets.builder()
                .build(budget.key().getBytes(StandardCharsets.UTF_8), budget.configuration());
    }
}
