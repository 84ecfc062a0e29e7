package dev.seeddiffusion.api.security.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.RealRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

class RedisApiKeyStoreTest extends ApiKeyStoreContract {

    private static RealRedis redis;
    private static LettuceConnectionFactory connections;
    private static ApiKeyStore store;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        connections =
                new LettuceConnectionFactory(
                        new RedisStandaloneConfiguration("127.0.0.1", redis.port()));
        connections.afterPropertiesSet();
        connections.start();
        store =
                new RedisApiKeyStore(
                        new ReactiveStringRedisTemplate(connections), JsonMapper.shared());
    }

    @AfterAll
    static void stop() {
        connections.destroy();
        redis.close();
    }

    @Override
    ApiKeyStore store() {
        return store;
    }

    @Test
    void without_redis_a_key_is_neither_accepted_nor_refused() {
        redis.stop();
        try {
            assertThatExceptionOfType(ApiException.class)
                    .isThrownBy(() -> store.find("an id").block(PATIENCE))
                    .satisfies(
                            error ->
                                    assertThat(error.status())
                                            .isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
        } finally {
            redis.startAgain();
        }
    }
}
