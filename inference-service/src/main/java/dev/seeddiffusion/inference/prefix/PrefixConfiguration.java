package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.common.signon.ServiceTokens;
import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.net.URI;
import java.util.Objects;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PrefixCacheProperties.class)
class PrefixConfiguration {

    @Bean
    PrefixCache prefixCache(
            ModelHost model,
            PrefixCacheProperties properties,
            ListableBeanFactory beans,
            MeterRegistry meters,
            ObservationRegistry observations) {
        ChunkSecret secret =
                Objects.requireNonNullElseGet(properties.secret(), ChunkSecret::random);
        ChunkFormat format = ChunkFormat.of(model, secret);
        URI address = properties.cacheService();
        ChunkStores stores =
                address == null
                        ? null
                        : new CacheService(
                                address,
                                properties,
                                ServiceTokens.to("cache-service", beans),
                                observations);
        PrefixCache cache = new PrefixCache(stores, format, properties, meters);
        cache.warmUp();
        if (model.config().family().keepsPrefixes()) {
            model.device().execute(() -> PrefillProbe.measure(model, format, cache.rates));
        }
        return cache;
    }
}
