package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Prefix caches for tests of other packages. */
public final class PrefixCaches {

    /** Of all replicas in a test. */
    static final ChunkSecret SECRET = ChunkSecret.random();

    private PrefixCaches() {}

    public static PrefixCache over(
            KvChunkStore store, ModelHost model, MeterRegistry meters, Duration fetchDeadline) {
        return new PrefixCache(
                _ -> store, ChunkFormat.of(model, SECRET), properties(fetchDeadline, 32), meters);
    }

    static PrefixCacheProperties properties(Duration fetchDeadline, int maxStoresInFlight) {
        return new PrefixCacheProperties(
                null,
                null,
                fetchDeadline,
                Duration.ofSeconds(5),
                maxStoresInFlight,
                DataSize.ofMegabytes(16),
                DataSize.ofMegabytes(8));
    }
}
