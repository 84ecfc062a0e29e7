package dev.seeddiffusion.cache.chunk;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Lets in so many requests for chunks at a time, and each for so long. Every one of them may hold a
 * chunk in memory, so without this the clients would decide how much memory is used.
 */
@Component
final class ChunkRequestLimit implements WebFilter {

    private final ChunkProperties properties;
    private final Semaphore places;

    ChunkRequestLimit(ChunkProperties properties) {
        this.properties = properties;
        this.places = new Semaphore(properties.maxConcurrentRequests());
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!exchange.getRequest().getPath().value().startsWith("/chunks")) {
            return chain.filter(exchange);
        }
        return Mono.defer(
                () -> {
                    if (!places.tryAcquire()) {
                        return Mono.error(tooMany());
                    }
                    return chain.filter(exchange)
                            .timeout(properties.requestDeadline())
                            .onErrorMap(TimeoutException.class, _ -> tooSlow())
                            .doFinally(_ -> places.release());
                });
    }

    private ResponseStatusException tooMany() {
        return new ResponseStatusException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "All "
                        + properties.maxConcurrentRequests()
                        + " places for requests are taken: go on without the cache.");
    }

    private ResponseStatusException tooSlow() {
        return new ResponseStatusException(
                HttpStatus.REQUEST_TIMEOUT,
                "The request was not done within "
                        + properties.requestDeadline().toMillis()
                        + " ms: go on without the cache.");
    }
}
