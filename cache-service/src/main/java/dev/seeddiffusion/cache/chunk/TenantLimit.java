package dev.seeddiffusion.cache.chunk;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Bounds the bytes that each tenant moves through this service, so that none fills the others' time
 * or pushes their chunks out faster than that. A request is let in while its tenant has anything
 * left, and may overdraw.
 */
@Component
final class TenantLimit implements WebFilter {

    static final String HEADER = "Tenant-Tag";

    /** What a request costs beside its bytes. */
    private static final int REQUEST_BYTES = 16 * 1024;

    private static final int BURST_SECONDS = 4;

    /** Of more tenants, those that were not heard of for longest begin anew. */
    private static final int MOST_TENANTS = 10_000;

    private static final Pattern TAG = Pattern.compile("[0-9a-f]{64}");

    private final ChunkProperties properties;
    private final TimeMeter clock;
    private final Map<String, Bucket> buckets =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        @Override
                        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                            return size() > MOST_TENANTS;
                        }
                    });

    @Autowired
    TenantLimit(ChunkProperties properties) {
        this(properties, TimeMeter.SYSTEM_MILLISECONDS);
    }

    TenantLimit(ChunkProperties properties, TimeMeter clock) {
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!exchange.getRequest().getPath().value().startsWith("/chunks")) {
            return chain.filter(exchange);
        }
        return Mono.defer(
                () -> {
                    Bucket bucket = bucket(exchange.getRequest().getHeaders().getFirst(HEADER));
                    if (bucket.getAvailableTokens() <= 0) {
                        return Mono.error(tooMuch());
                    }
                    bucket.consumeIgnoringRateLimits(
                            REQUEST_BYTES + bodyBytes(exchange.getRequest()));
                    ServerHttpResponse counted = new Counted(exchange.getResponse(), bucket);
                    return chain.filter(exchange.mutate().response(counted).build());
                });
    }

    /** What does not tell its length counts as the greatest that is taken. */
    private long bodyBytes(ServerHttpRequest request) {
        long told = request.getHeaders().getContentLength();
        boolean isUnknown = told < 0 && request.getMethod() == HttpMethod.PUT;
        return isUnknown ? properties.maxChunkSize().toBytes() : Math.max(0, told);
    }

    private Bucket bucket(@Nullable String tag) {
        if (tag == null || !TAG.matcher(tag).matches()) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST,
                    "The header " + HEADER + " has 64 lower-case hexadecimal digits.");
        }
        return buckets.computeIfAbsent(tag, _ -> bucket());
    }

    private Bucket bucket() {
        long rate = properties.tenantRate().toBytes();
        return Bucket.builder()
                .addLimit(
                        limit ->
                                limit.capacity(BURST_SECONDS * rate)
                                        .refillGreedy(rate, Duration.ofSeconds(1)))
                .withCustomTimePrecision(clock)
                .build();
    }

    private ResponseStatusException tooMuch() {
        return new ResponseStatusException(
                HttpStatus.TOO_MANY_REQUESTS,
                "This tenant moved more than cache.chunks.tenant-rate, %d MB a second, allows: go on without the cache."
                        .formatted(properties.tenantRate().toMegabytes()));
    }

    /** Takes what is written from the tenant's allowance. */
    private static final class Counted extends ServerHttpResponseDecorator {

        private final Bucket bucket;

        Counted(ServerHttpResponse response, Bucket bucket) {
            super(response);
            this.bucket = bucket;
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            return super.writeWith(
                    Flux.from(body)
                            .doOnNext(
                                    it ->
                                            bucket.consumeIgnoringRateLimits(
                                                    it.readableByteCount())));
        }
    }
}
