package dev.seeddiffusion.api.limits;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The shared state, and this process's own while that does not answer: a limit then holds for each
 * process instead of for all. Says so in the log when it begins and ends, and all the time as the
 * metric {@code api.limits.shared}.
 */
final class ResilientLimitState implements LimitState {

    private static final Logger log = LoggerFactory.getLogger(ResilientLimitState.class);

    private static final CircuitBreakerConfig BREAKER =
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(20)
                    .minimumNumberOfCalls(5)
                    .waitDurationInOpenState(Duration.ofSeconds(5))
                    .permittedNumberOfCallsInHalfOpenState(2)
                    .build();

    private final LimitState shared;
    private final LimitState own;
    private final Duration deadline;
    private final CircuitBreaker breaker = CircuitBreaker.of("limits", BREAKER);

    /**
     * @param deadline longest wait for the shared state
     */
    ResilientLimitState(
            LimitState shared, LimitState own, Duration deadline, MeterRegistry meters) {
        this.shared = shared;
        this.own = own;
        this.deadline = deadline;
        breaker.getEventPublisher()
                .onStateTransition(event -> tell(event.getStateTransition().getToState()));
        Gauge.builder("api.limits.shared", breaker, it -> it.getState() == State.CLOSED ? 1 : 0)
                .description("Whether limits hold for all api-services together")
                .register(meters);
    }

    @Override
    public Mono<Balance> take(Budget budget) {
        return either(shared.take(budget), own.take(budget));
    }

    @Override
    public Mono<Void> charge(Budget budget, long units) {
        return either(shared.charge(budget, units), own.charge(budget, units));
    }

    @Override
    public Mono<Boolean> occupy(String places, int limit, String holder) {
        return either(shared.occupy(places, limit, holder), own.occupy(places, limit, holder));
    }

    /** In both, for the state may have changed since the place was taken. */
    @Override
    public Mono<Void> vacate(String places, String holder) {
        return either(shared.vacate(places, holder), Mono.empty()).then(own.vacate(places, holder));
    }

    private <T> Mono<T> either(Mono<T> first, Mono<T> second) {
        return first.timeout(deadline)
                .transformDeferred(CircuitBreakerOperator.of(breaker))
                .onErrorResume(_ -> second);
    }

    private static void tell(State state) {
        switch (state) {
            case OPEN -> log.warn("Redis does not answer: limits hold for each process alone.");
            case CLOSED -> log.info("Redis answers: limits hold for all processes together.");
            default -> {} // is being tried
        }
    }
}
