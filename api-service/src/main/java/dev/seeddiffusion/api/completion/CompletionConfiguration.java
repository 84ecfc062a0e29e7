package dev.seeddiffusion.api.completion;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/** Bounds what a client may make the server hold. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CompletionProperties.class)
class CompletionConfiguration implements WebFluxConfigurer {

    private final CompletionProperties properties;

    CompletionConfiguration(CompletionProperties properties) {
        this.properties = properties;
    }

    @Override
    public void configureHttpMessageCodecs(ServerCodecConfigurer codecs) {
        codecs.defaultCodecs().maxInMemorySize(Math.toIntExact(properties.maxBodySize().toBytes()));
    }
}
