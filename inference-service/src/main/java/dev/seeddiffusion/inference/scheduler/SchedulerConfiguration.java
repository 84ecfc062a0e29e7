package dev.seeddiffusion.inference.scheduler;

import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SchedulerProperties.class)
class SchedulerConfiguration {

    @Bean
    Admission admission(SchedulerProperties properties, MeterRegistry meters) {
        return new Admission(
                properties.concurrency(),
                properties.queueLimit(),
                properties.queueDeadline(),
                Schedulers.parallel(),
                meters);
    }

    @Bean
    StepLoop stepLoop(ModelHost model, MeterRegistry meters) {
        return new StepLoop(
                model.device(), model.model(), model.description().deterministic(), meters);
    }

    @Bean
    Drain drain(StepLoop stepLoop, SchedulerProperties properties, LifecycleProperties lifecycle) {
        Duration shutdown = lifecycle.getTimeoutPerShutdownPhase();
        if (properties.drainDeadline().compareTo(shutdown) >= 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "inference.drain-deadline",
                    properties.drainDeadline(),
                    "It must be less than spring.lifecycle.timeout-per-shutdown-phase, "
                            + shutdown
                            + ", for after that nobody is waited for.");
        }
        return new Drain(stepLoop, properties.drainDeadline());
    }
}
