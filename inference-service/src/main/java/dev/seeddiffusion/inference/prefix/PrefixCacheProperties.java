package dev.seeddiffusion.inference.prefix;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How computed prefixes are kept and found.
 *
 * @param cacheService base address of the cache-service that replicas share, such as {@code
 *     http://10.0.0.9:8082}; without one, chunks are kept in this process
 * @param fetchDeadline how long to wait for a cached prefix before recomputing the rest of it
 * @param storeDeadline how long one chunk may take to be stored
 * @param maxStoresInFlight chunks being stored at the same time, each in memory; more are not kept
 * @param maxMemory most bytes of chunks kept in this process, without a cache-service
 * @param maxChunkSize most bytes of one chunk that is taken from a cache-service
 */
@Validated
@ConfigurationProperties("inference.prefix-cache")
record PrefixCacheProperties(
        @Nullable URI cacheService,
        @DefaultValue("100ms") @DurationMin(millis = 1) Duration fetchDeadline,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration storeDeadline,
        @DefaultValue("32") @Positive int maxStoresInFlight,
        @DefaultValue("256MB") @NotNull DataSize maxMemory,
        @DefaultValue("8MB") @NotNull DataSize maxChunkSize) {}
