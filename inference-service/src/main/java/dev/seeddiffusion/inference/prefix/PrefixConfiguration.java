package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PrefixCacheProperties.class)
class PrefixConfiguration {

    @Bean
    @ConditionalOnProperty("inference.prefix-cache.cache-service")
    CacheService cacheService(PrefixCacheProperties properties) {
        return new CacheService(Objects.requireNonNull(properties.cacheService()), properties);
    }

    @Bean
    PrefixCache prefixCache(
            ObjectProvider<ChunkStores> stores,
            ModelHost model,
            @Value("${inference.deterministic:false}") boolean deterministic,
            PrefixCacheProperties properties,
            MeterRegistry meters) {
        ChunkSecret secret =
                Objects.requireNonNullElseGet(properties.secret(), ChunkSecret::random);
        ChunkFormat format = ChunkFormat.of(model, deterministic, secret);
        PrefixCache cache = new PrefixCache(stores.getIfAvailable(), format, properties, meters);
        cache.warmUp();
        model.device().execute(() -> PrefillProbe.measure(model, cache.rates));
        return cache;
    }
}
