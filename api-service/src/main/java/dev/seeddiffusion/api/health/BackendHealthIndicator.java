package dev.seeddiffusion.api.health;

import dev.seeddiffusion.common.generation.GenerationBackend;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Up while the backend can say which model it serves. Part of readiness, as {@code backend}; not of
 * liveness, since restarting this process heals no replica.
 */
@Component("backendHealthIndicator") // health groups know it by this name, without its suffix
final class BackendHealthIndicator implements ReactiveHealthIndicator {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final GenerationBackend backend;

    BackendHealthIndicator(GenerationBackend backend) {
        this.backend = backend;
    }

    @Override
    public Mono<Health> health() {
        return backend.model()
                .timeout(DEADLINE)
                .map(model -> Health.up().withDetail("model", model.id()).build())
                .onErrorResume(error -> Mono.just(Health.down(error).build()));
    }
}
