package dev.seeddiffusion.cache.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.RealRedis;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStoreContract;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.test.context.DynamicPropertyRegistrar;

/**
 * A cluster of one node, with a password: like any other it refuses what touches several slots at
 * once.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "cache.chunks.redis-deadline=10s", // a busy machine is no outage
            "spring.data.redis.password=" + RedisClusterTest.PASSWORD
        })
class RedisClusterTest extends KvChunkStoreContract {

    static final String PASSWORD = "made-for-this-test";

    @Autowired private KvChunkStore store;
    @Autowired private ReactiveRedisConnectionFactory connections;

    @Override
    protected KvChunkStore store() {
        return store;
    }

    @Test
    void the_client_speaks_to_a_cluster() {
        assertThat(((LettuceConnectionFactory) connections).isClusterAware()).isTrue();
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Cluster {

        @Bean
        RealRedis realRedis() {
            RealRedis redis =
                    RealRedis.start(
                            "cluster-enabled yes",
                            "cluster-announce-ip 127.0.0.1",
                            "requirepass " + PASSWORD);
            redis.ownAllSlots(PASSWORD);
            return redis;
        }

        @Bean
        DynamicPropertyRegistrar redisNodes(RealRedis redis) {
            return properties ->
                    properties.add(
                            "spring.data.redis.cluster.nodes", () -> "127.0.0.1:" + redis.port());
        }
    }
}
