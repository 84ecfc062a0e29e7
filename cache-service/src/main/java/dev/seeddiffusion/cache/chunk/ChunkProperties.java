package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.settings.ByteRange;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How chunks are kept.
 *
 * @param maxChunkSize most bytes of an uploaded chunk; larger ones are answered with 413
 * @param keyPrefix goes before each chunk key in Redis
 * @param timeToLive how long after its last use a chunk is forgotten
 * @param memoryBudget most bytes of Redis that chunks and their index take; those that were not
 *     used for longest make room
 * @param redisDeadline longest wait for Redis; then the answer is 503
 * @param requestDeadline longest time for a whole request, its transfer included
 * @param maxConcurrentRequests requests for chunks served at the same time, which bounds the chunks
 *     in memory; the next one is answered with 503
 * @param tenantRate most bytes that requests of one tenant may move in a second, in the long run;
 *     who moved more is answered with 429
 */
@Validated
@ConfigurationProperties("cache.chunks")
record ChunkProperties(
        @DefaultValue("8MB") @ByteRange(max = Integer.MAX_VALUE) DataSize maxChunkSize,
        @DefaultValue("kv:") @NotEmpty String keyPrefix,
        @DefaultValue("24h") @DurationMin(seconds = 1) Duration timeToLive,
        @DefaultValue("1GB") @ByteRange DataSize memoryBudget,
        @DefaultValue("500ms") @DurationMin(millis = 1) Duration redisDeadline,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration requestDeadline,
        @DefaultValue("64") @Positive int maxConcurrentRequests,
        @DefaultValue("256MB") @ByteRange DataSize tenantRate) {}
