package dev.seeddiffusion.api.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** Of this process alone: with several, each lets as much through as the limit says. */
final class LocalLimitState implements LimitState {

    /** Of the budgets that were not used for longest, more than these are forgotten. */
    private static final int MAX_BUDGETS = 10_000;

    private final Map<String, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                    return size() > MAX_BUDGETS;
                }
            };
    private final Map<String, Set<String>> holders = new ConcurrentHashMap<>();

    @Override
    public Mono<Balance> take(Budget budget) {
        return Mono.fromSupplier(
                () -> Balance.of(budget, bucket(budget).tryConsumeAndReturnRemaining(1)));
    }

    @Override
    public Mono<Void> charge(Budget budget, long units) {
        return Mono.fromRunnable(() -> bucket(budget).consumeIgnoringRateLimits(units));
    }

    @Override
    public Mono<Boolean> occupy(String places, int limit, String holder) {
        return Mono.fromSupplier(
                () ->
                        holders.compute(
                                        places,
                                        (_, present) -> {
                                            Set<String> now =
                                                    present == null
                                                            ? new HashSet<>()
                                                            : new HashSet<>(present);
                                            if (now.size() < limit) {
                                                now.add(holder);
                                            }
                                            return Set.copyOf(now);
                                        })
                                .contains(holder));
    }

    @Override
    public Mono<Void> vacate(String places, String holder) {
        return Mono.fromRunnable(
                () ->
                        holders.computeIfPresent(
                                places,
                                (_, present) -> {
                                    Set<String> left = new HashSet<>(present);
                                    left.remove(holder);
                                    return left.isEmpty() ? null : Set.copyOf(left);
                                }));
    }

    private Bucket bucket(Budget budget) {
        synchronized (buckets) {
            return buckets.computeIfAbsent(
                    budget.key(),
                    _ -> {
                        LocalBucketBuilder builder = Bucket.builder();
                        for (var limit : budget.configuration().getBandwidths()) {
                            builder.addLimit(limit);
                        }
                        return builder.build();
                    });
        }
    }
}
