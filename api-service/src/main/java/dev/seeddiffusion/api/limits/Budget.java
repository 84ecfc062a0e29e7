package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.api.limits.LimitProperties.Limited;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something that is used up and fills again, evenly, within a minute.
 *
 * @param unit {@code requests} or {@code tokens}
 * @param id of whoever shares it
 */
record Budget(String unit, String id, long perMinute) {

    static final String REQUESTS = "requests";
    static final String TOKENS = "tokens";

    static final Duration FILLS_WITHIN = Duration.ofMinutes(1);

    static List<Budget> requests(List<Limited> limited) {
        return of(REQUESTS, Limits::requestsPerMinute, limited);
    }

    static List<Budget> tokens(List<Limited> limited) {
        return of(TOKENS, Limits::tokensPerMinute, limited);
    }

    private static List<Budget> of(
            String unit, Function<Limits, @Nullable Long> perMinute, List<Limited> limited) {
        return limited.stream()
                .flatMap(
                        it ->
                                Stream.ofNullable(perMinute.apply(it.limits()))
                                        .map(limit -> new Budget(unit, it.id(), limit)))
                .toList();
    }

    /** Other where the limit is another, so that a changed setting does not meet old contents. */
    String key() {
        return "limit:%s:%s:%d".formatted(id, unit, perMinute);
    }

    BucketConfiguration configuration() {
        return BucketConfiguration.builder()
                .addLimit(
                        Bandwidth.builder()
                                .capacity(perMinute)
                                .refillGreedy(perMinute, FILLS_WITHIN)
                                .build())
                .build();
    }
}
