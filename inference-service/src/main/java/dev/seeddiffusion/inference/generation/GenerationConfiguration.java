package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.inference.model.ModelHost;
import dev.seeddiffusion.inference.prefix.PrefixCache;
import dev.seeddiffusion.inference.scheduler.Admission;
import dev.seeddiffusion.inference.scheduler.StepLoop;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GenerationProperties.class)
class GenerationConfiguration {

    @Bean
    GenerationBackend localBackend(
            ModelHost model,
            Admission admission,
            StepLoop stepLoop,
            PrefixCache prefixes,
            GenerationProperties properties,
            GenerationMetrics metrics,
            GenerationSpans spans) {
        return new LocalBackend(
                model.sampler(),
                model.chatTemplate(),
                model.description(),
                admission,
                stepLoop,
                prefixes,
                properties,
                metrics,
                spans);
    }
}
