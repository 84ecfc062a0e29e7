package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.settings.HttpAddress;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the replicas are.
 *
 * @param replicas base addresses, such as {@code http://10.0.0.7:8081}; where a host's name has
 *     several addresses, as that of a headless service in Kubernetes, there is a replica at each
 */
@Validated
@ConfigurationProperties("api")
record RoutingProperties(
        @NotEmpty(message = NO_REPLICAS) List<@HttpAddress URI> replicas,
        @DefaultValue @Valid @NotNull Routing routing) {

    private static final String NO_REPLICAS =
            "api.replicas names no inference-service: list at least one, such as"
                    + " --api.replicas=http://127.0.0.1:8081";

    /**
     * How replicas are used.
     *
     * @param connectTimeout longest wait for a connection to a replica
     * @param eventDeadline longest wait for a generation's next event; for the first one its time
     *     in the replica's queue is included
     * @param maxResumes how often one generation goes on elsewhere; a request that breaks replicas
     *     must not break all
     * @param resumeDeadline how long a generation that broke off looks for a replica to go on
     * @param refreshInterval how often each replica is asked what it serves, which tells whether it
     *     is up
     * @param refreshDeadline longest wait for that answer; who misses it three times in a row is
     *     down, since a busy one may be slow
     * @param maxRequestsPerReplica generations that one replica is asked for at the same time
     * @param breakerMinimumCalls calls to a replica before its share of failures is judged
     * @param breakerOpenFor how long a replica that failed half its calls is left alone
     */
    record Routing(
            @DefaultValue("1s") @DurationMin(millis = 1) Duration connectTimeout,
            @DefaultValue("40s") @DurationMin(millis = 1) Duration eventDeadline,
            @DefaultValue("5") @PositiveOrZero int maxResumes,
            @DefaultValue("30s") @DurationMin(millis = 1) Duration resumeDeadline,
            @DefaultValue("2s") @DurationMin(millis = 1) Duration refreshInterval,
            @DefaultValue("2s") @DurationMin(millis = 1) Duration refreshDeadline,
            @DefaultValue("256") @Positive int maxRequestsPerReplica,
            @DefaultValue("5") @Positive int breakerMinimumCalls,
            @DefaultValue("5s") @DurationMin(millis = 1) Duration breakerOpenFor) {}
}
