package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.common.settings.ByteRange;
import dev.seeddiffusion.common.settings.HttpAddress;
import jakarta.validation.constraints.AssertTrue;
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
 *     http://10.0.0.9:8082}; without one, prefixes stay in this process
 * @param secret at least 32 bytes, the same for all replicas that share: keeps tenants apart and
 *     tells our chunks from forged ones. Without a cache-service there may be none
 * @param fetchDeadline least time that fetching a prefix may lose against computing it
 * @param storeDeadline how long one chunk may take to be stored
 * @param maxStoresInFlight chunks waiting to be stored, each in memory; more are not kept
 * @param maxMemory most bytes of chunks kept in this process
 * @param maxChunkSize most bytes of one chunk that is taken from a cache-service
 */
@Validated
@ConfigurationProperties("inference.prefix-cache")
record PrefixCacheProperties(
        @Nullable @HttpAddress URI cacheService,
        @Nullable ChunkSecret secret,
        @DefaultValue("20ms") @DurationMin(millis = 1) Duration fetchDeadline,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration storeDeadline,
        @DefaultValue("32") @Positive int maxStoresInFlight,
        @DefaultValue("256MB") @ByteRange(min = 0) DataSize maxMemory,
        @DefaultValue("8MB") @ByteRange(max = Integer.MAX_VALUE) DataSize maxChunkSize) {

    /** Whoever guesses a secret reads and forges all chunks: there is no default. */
    @AssertTrue(
            message =
                    "replicas that share a cache-service need the same inference.prefix-cache.secret"
                            + " of at least 32 characters")
    boolean isSecretGivenToShare() {
        return cacheService == null || secret != null;
    }
}
