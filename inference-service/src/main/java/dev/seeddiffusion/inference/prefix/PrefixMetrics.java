package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.generation.PrefixChoice;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
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
        // What is counted later is there from the start, so that a rate of it can be told.
        Arrays.stream(PrefixChoice.values()).forEach(this::choices);
        List.of("local", "shared").forEach(this::cachedTokens);
        meters.counter("inference.prefix.damaged");
    }

    void cached(String source, int tokens) {
        cachedTokens(source).increment(tokens);
    }

    private Counter cachedTokens(String source) {
        return meters.counter("inference.prefix.cached_tokens", "source", source);
    }

    void chosen(PrefixChoice choice) {
        choices(choice).increment();
    }

    private Counter choices(PrefixChoice choice) {
        return meters.counter("inference.prefix.choices", "choice", lower(choice));
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
