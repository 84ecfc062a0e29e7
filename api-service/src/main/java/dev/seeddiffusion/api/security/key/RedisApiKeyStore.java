package dev.seeddiffusion.api.security.key;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.ErrorCode;
import java.time.Duration;
import org.springframework.data.redis.core.ReactiveHashOperations;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keys that all api-services share, as JSON in one hash of Redis. While Redis is away keys are
 * neither accepted nor refused: the answer is 503.
 */
final class RedisApiKeyStore implements ApiKeyStore {

    private static final String HASH = "api:keys";
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final ReactiveHashOperations<String, String, String> redis;
    private final JsonMapper json;

    RedisApiKeyStore(ReactiveStringRedisTemplate redis, JsonMapper json) {
        this.redis = redis.opsForHash();
        this.json = json;
    }

    @Override
    public Mono<Void> put(ApiKey key) {
        return reached(
                Mono.defer(() -> redis.put(HASH, key.id(), json.writeValueAsString(key))).then());
    }

    @Override
    public Mono<ApiKey> find(String id) {
        return reached(Mono.defer(() -> redis.get(HASH, id)).map(this::read));
    }

    @Override
    public Flux<ApiKey> all() {
        return reached(Flux.defer(() -> redis.values(HASH)).map(this::read).collectList())
                .flatMapIterable(keys -> keys);
    }

    @Override
    public Mono<Void> remove(String id) {
        return reached(Mono.defer(() -> redis.remove(HASH, id)).then());
    }

    private ApiKey read(String text) {
        return json.readValue(text, ApiKey.class);
    }

    /** The first call opens the connection, which blocks. */
    private static <T> Mono<T> reached(Mono<T> call) {
        return call.subscribeOn(Schedulers.boundedElastic())
                .timeout(DEADLINE)
                .onErrorMap(
                        error ->
                                ApiException.of(
                                        ErrorCode.UNAVAILABLE,
                                        "API keys cannot be looked up at the moment: try again."));
    }
}
