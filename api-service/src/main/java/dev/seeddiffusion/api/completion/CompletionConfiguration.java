package dev.seeddiffusion.api.completion;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.ai.chat.observation.ChatModelMeterObservationHandler;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/** Bounds what a client may make the server hold, and counts what it made the model write. */
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

    /** Counts the tokens of chats: {@code gen_ai.client.token.usage}. */
    @Bean
    static ChatModelMeterObservationHandler chatTokenMeters(MeterRegistry meters) {
        return new ChatModelMeterObservationHandler(meters);
    }
}
