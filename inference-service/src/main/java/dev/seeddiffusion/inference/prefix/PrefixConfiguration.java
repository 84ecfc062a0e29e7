package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.signon.ServiceTokens;
import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PrefixCacheProperties.class)
class PrefixConfiguration {

    @Bean
    KvChunkStore kvChunkStore(PrefixCacheProperties properties, ListableBeanFactory beans) {
        URI cacheService = properties.cacheService();
        return cacheService == null
                ? new InMemoryKvChunkStore(properties.maxMemory().toBytes())
                : new HttpKvChunkStore(
                        cacheService, properties, ServiceTokens.to("cache-service", beans));
    }

    @Bean
    PrefixCache prefixCache(
            KvChunkStore store,
            ModelHost model,
            PrefixCacheProperties properties,
            MeterRegistry meters) {
        PrefixCache cache = new PrefixCache(store, ChunkFormat.of(model), properties, meters);
        cache.warmUp();
        return cache;
    }
}
