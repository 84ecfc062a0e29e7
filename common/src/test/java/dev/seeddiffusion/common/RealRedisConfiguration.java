package dev.seeddiffusion.common;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

/** Gives the service under test a {@link RealRedis} that starts and ends with it. */
@TestConfiguration(proxyBeanMethods = false)
public class RealRedisConfiguration {

    @Bean
    RealRedis realRedis() {
        return RealRedis.start();
    }

    @Bean
    DynamicPropertyRegistrar redisPort(RealRedis redis) {
        return properties -> properties.add("spring.data.redis.port", redis::port);
    }
}
