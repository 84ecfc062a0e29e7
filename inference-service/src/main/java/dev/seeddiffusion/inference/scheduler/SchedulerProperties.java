package dev.seeddiffusion.inference.scheduler;

import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much this replica takes on.
 *
 * @param concurrency generations that take turns; each holds its keys and values in memory
 * @param queueLimit generations that may wait for a turn; the next one is refused
 * @param queueDeadline longest wait for a turn
 * @param drainDeadline how long generations may still run when the replica is told to stop; less
 *     than {@code spring.lifecycle.timeout-per-shutdown-phase}
 */
@Validated
@ConfigurationProperties("inference")
record SchedulerProperties(
        @DefaultValue("8") @Positive int concurrency,
        @DefaultValue("64") @PositiveOrZero int queueLimit,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration queueDeadline,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration drainDeadline) {}
