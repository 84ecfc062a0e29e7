package dev.seeddiffusion.cache.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seeddiffusion.common.chunk.ChunkSecret;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

class TenantLimitTest {

    private static final String OURS = ChunkSecret.random().tag("ours");
    private static final String THEIRS = ChunkSecret.random().tag("theirs");

    private final Clock clock = new Clock();
    private final TenantLimit limit =
            new TenantLimit(
                    new ChunkProperties(
                            DataSize.ofMegabytes(8),
                            "kv:",
                            Duration.ofHours(24),
                            DataSize.ofMegabytes(64),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            8,
                            DataSize.ofMegabytes(1)),
                    clock);

    @Test
    void who_sent_more_than_the_burst_waits_and_nobody_else() {
        send(OURS, 3_000_000);
        send(OURS, 3_000_000); // overdraws the 4 MB

        assertThatExceptionOfType(ResponseStatusException.class)
                .isThrownBy(() -> send(OURS, 1))
                .satisfies(
                        e -> assertThat(e.getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS))
                .withMessageContaining("cache.chunks.tenant-rate, 1 MB a second");
        send(THEIRS, 1);
        clock.now += Duration.ofSeconds(3).toNanos();
        send(OURS, 1);
    }

    @Test
    void what_is_answered_counts_as_well() {
        receive(OURS, 5_000_000);

        assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(() -> receive(OURS, 1));
    }

    @Test
    void requests_without_bytes_are_bounded_too() {
        assertThatExceptionOfType(ResponseStatusException.class)
                .isThrownBy(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                send(OURS, 0);
                            }
                        });
    }

    @Test
    void a_body_of_unknown_length_counts_as_the_longest() {
        filter(
                MockServerHttpRequest.put("/chunks/any").header(TenantLimit.HEADER, OURS),
                _ -> Mono.empty());

        assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(() -> send(OURS, 1));
    }

    @Test
    void other_endpoints_need_no_tenant() {
        filter(MockServerHttpRequest.get("/actuator/health"), _ -> Mono.empty());
    }

    private void send(String tenant, int bytes) {
        filter(
                MockServerHttpRequest.put("/chunks/any")
                        .header(TenantLimit.HEADER, tenant)
                        .contentLength(bytes),
                _ -> Mono.empty());
    }

    private void receive(String tenant, int bytes) {
        filter(
                MockServerHttpRequest.post("/chunks/fetch").header(TenantLimit.HEADER, tenant),
                exchange ->
                        exchange.getResponse()
                                .writeWith(
                                        Mono.just(
                                                DefaultDataBufferFactory.sharedInstance.wrap(
                                                        new byte[bytes]))));
    }

    private void filter(MockServerHttpRequest.BaseBuilder<?> request, WebFilterChain chain) {
        limit.filter(MockServerWebExchange.from(request), chain).block(Duration.ofSeconds(10));
    }

    private static final class Clock implements TimeMeter {

        private long now;

        @Override
        public long currentTimeNanos() {
            return now;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
