package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.settings.ByteRange;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The bounds of a completion.
 *
 * @param maxBodySize most bytes of a request's body; larger ones are answered with 413
 * @param bodyDeadline longest wait for a request's body to arrive
 * @param deadline longest time that one completion may take
 */
@Validated
@ConfigurationProperties("api.completions")
record CompletionProperties(
        @DefaultValue("1MB") @ByteRange(max = Integer.MAX_VALUE) DataSize maxBodySize,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration bodyDeadline,
        @DefaultValue("10m") @DurationMin(millis = 1) Duration deadline) {}
