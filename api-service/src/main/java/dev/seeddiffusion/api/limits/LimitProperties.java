package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.api.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Whose limits are which.
 *
 * @param tenant of all callers of a tenant together
 * @param tenants the same for tenants by their names, in place of {@code tenant}
 * @param caller of each caller: an API key, a person or a client
 * @param redisDeadline longest wait for Redis, after which this process's own count decides
 */
@Validated
@ConfigurationProperties("api.limits")
record LimitProperties(
        @DefaultValue @Valid @NotNull @NestedConfigurationProperty Limits tenant,
        @DefaultValue Map<String, @Valid Limits> tenants,
        @DefaultValue @Valid @NotNull @NestedConfigurationProperty Limits caller,
        @DefaultValue("250ms") @DurationMin(millis = 1) Duration redisDeadline) {

    /** What holds for a caller: everything in the list. */
    List<Limited> of(Caller who) {
        return List.of(
                new Limited("tenant:" + who.tenant(), tenants.getOrDefault(who.tenant(), tenant)),
                new Limited("caller:" + who.id(), caller));
    }

    /**
     * @param id of whoever shares the limits
     */
    record Limited(String id, Limits limits) {}
}
