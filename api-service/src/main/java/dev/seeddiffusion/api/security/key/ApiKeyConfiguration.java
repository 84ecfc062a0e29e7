package dev.seeddiffusion.api.security.key;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class ApiKeyConfiguration {

    @Bean
    ApiKeyStore apiKeyStore(ObjectProvider<ReactiveStringRedisTemplate> redis, JsonMapper json) {
        ReactiveStringRedisTemplate shared = redis.getIfAvailable();
        return shared == null ? new InMemoryApiKeyStore() : new RedisApiKeyStore(shared, json);
    }
}
