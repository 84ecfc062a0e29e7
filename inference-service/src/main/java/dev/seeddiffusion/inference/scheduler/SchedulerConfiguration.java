package dev.seeddiffusion.inference.scheduler;

import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
    Drain drain(StepLoop stepLoop, SchedulerProperties properties) {
        return new Drain(stepLoop, properties.drainDeadline());
    }
}
