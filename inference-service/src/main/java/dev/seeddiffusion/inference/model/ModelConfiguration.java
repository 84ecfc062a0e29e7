package dev.seeddiffusion.inference.model;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Loads the model before the application is ready; without one there is nothing to serve. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelProperties.class)
class ModelConfiguration {

    private static final Logger log = LoggerFactory.getLogger(ModelConfiguration.class);

    @Bean
    ModelHost modelHost(ModelProperties properties) {
        ModelHost model =
                ModelHost.load(
                        properties.model(),
                        properties.id(),
                        properties.computeType(),
                        properties.deterministic(),
                        properties.calibrate()
                                ? new SelfCalibration(
                                        new ForwardTimesFile(properties.timesFolder()))
                                : null);
        log.info(
                "Serving {} of {}: {} parameters in {}, context of {} tokens, {}.",
                model.description().id(),
                model.config().family().name(),
                model.description().parameters(),
                model.precision(),
                model.description().contextTokens(),
                model.config().family().keepsPrefixes()
                        ? "prefixes are cached"
                        : "no shared cache, for its context is bidirectional");
        return model;
    }
}
