package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.common.generation.GenerationBackend;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** Limits whatever backend there is; after the configuration that looks whether there is one. */
@AutoConfiguration(afterName = "dev.seeddiffusion.api.routing.RoutingAutoConfiguration")
@EnableConfigurationProperties(LimitProperties.class)
class LimitAutoConfiguration {

    @Bean
    LimitState limitState(
            ObjectProvider<LettuceConnectionFactory> connections,
            ObjectProvider<ReactiveStringRedisTemplate> redis,
            LimitProperties properties,
            MeterRegistry meters) {
        LettuceConnectionFactory shared = connections.getIfAvailable();
        LimitState own = new LocalLimitState();
        return shared == null
                ? own
                : new ResilientLimitState(
                        new RedisLimitState(redis.getObject(), shared),
                        own,
                        properties.redisDeadline(),
                        meters);
    }

    /** Rather than queue commands for a Redis that is away, and run them when it is back. */
    @Bean
    LettuceClientOptionsBuilderCustomizer withoutQueue() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
    }

    /** What every endpoint gets that asks for a backend. */
    @Bean
    @Primary
    GenerationBackend limitedBackend(
            GenerationBackend backend, LimitProperties properties, LimitState state) {
        return new LimitedBackend(backend, properties, state);
    }
}
