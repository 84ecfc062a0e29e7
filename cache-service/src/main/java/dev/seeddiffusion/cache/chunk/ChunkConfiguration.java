package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.KvChunkStore;
import io.lettuce.core.api.StatefulConnection;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration.LettucePoolingClientConfigurationBuilder;

/** The store, and a pool of connections that never blocks and never waits for a dead Redis. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ChunkProperties.class)
class ChunkConfiguration {

    /** A request takes one connection; these are left for the health endpoint. */
    private static final int SPARE_CONNECTIONS = 2;

    @Bean
    KvChunkStore kvChunkStore(
            ReactiveRedisConnectionFactory redis,
            ChunkProperties properties,
            MeterRegistry meters) {
        return new MeteredKvChunkStore(
                new RedisKvChunkStore(redis, properties, new StoreMetrics(meters)), meters);
    }

    @Bean
    CodecCustomizer chunkSizeLimit(ChunkProperties properties) {
        return codecs ->
                codecs.defaultCodecs()
                        .maxInMemorySize(Math.toIntExact(properties.maxChunkSize().toBytes()));
    }

    /**
     * Connections that broke are replaced when they are next needed, rather than reconnected behind
     * a queue of commands: so a call fails at once while Redis is down and succeeds at once when it
     * is back.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer withoutReconnection() {
        return options -> options.autoReconnect(false);
    }

    @Bean
    LettuceClientConfigurationBuilderCustomizer connectionPool(ChunkProperties properties) {
        GenericObjectPoolConfig<StatefulConnection<?, ?>> pool = new GenericObjectPoolConfig<>();
        pool.setMaxTotal(properties.maxConcurrentRequests() + SPARE_CONNECTIONS);
        pool.setMaxIdle(pool.getMaxTotal());
        pool.setTestOnBorrow(true);
        return client -> ((LettucePoolingClientConfigurationBuilder) client).poolConfig(pool);
    }

    /**
     * A shared connection would be opened by whoever needs it first, and that thread, an event
     * loop, would block until it is open. It would also queue every small match behind megabytes.
     */
    @Bean
    static BeanPostProcessor unsharedConnections() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof LettuceConnectionFactory connections) {
                    connections.setShareNativeConnection(false);
                }
                return bean;
            }
        };
    }
}
