package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.generation.PrefixChoice;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What prefixes are worth: {@code inference.prefix.cached_tokens} by {@code source} (local,
 * shared), {@code inference.prefix.choices} by {@code choice} (none, fetch, recompute), {@code
 * inference.prefix.fetches} by {@code result} (hit, miss, late, error) with their time, {@code
 * inference.prefix.damaged} chunks, {@code inference.prefix.stores} by {@code result} (kept,
 * present, refused, dropped, error), and {@code inference.prefix.waits} for what another request
 * computed.
 */
final class PrefixMetrics {

    /** Of a look-up in the store; after LATE and ERROR a beginning may have been found. */
    enum Result {
        HIT,
        MISS,
        LATE,
        ERROR
    }

    private final MeterRegistry meters;

    PrefixMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void cached(String source, int tokens) {
        meters.counter("inference.prefix.cached_tokens", "source", source).increment(tokens);
    }

    void chosen(PrefixChoice choice) {
        meters.counter("inference.prefix.choices", "choice", lower(choice)).increment();
    }

    void fetched(Result result, long nanos) {
        meters.timer("inference.prefix.fetches", "result", lower(result))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    void damaged() {
        meters.counter("inference.prefix.damaged").increment();
    }

    void stored(String result, int chunks) {
        meters.counter("inference.prefix.stores", "result", result).increment(chunks);
    }

    void waited() {
        meters.counter("inference.prefix.waits").increment();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
