package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.cache.chunk.RecencyIndex.Admitted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What the store holds and lets go: {@code cache.chunk.held} bytes of Redis, as the last put found
 * them, and {@code cache.chunk.evictions}.
 */
final class StoreMetrics {

    private final Counter evictions;
    private volatile long held;

    StoreMetrics(MeterRegistry meters) {
        evictions = meters.counter("cache.chunk.evictions");
        Gauge.builder("cache.chunk.held", () -> held).baseUnit("bytes").register(meters);
    }

    void admitted(Admitted admitted) {
        held = admitted.bytes();
        evictions.increment(admitted.evicted());
    }
}
