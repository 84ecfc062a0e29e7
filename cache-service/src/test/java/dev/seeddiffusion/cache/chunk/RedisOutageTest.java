package dev.seeddiffusion.cache.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.RealRedis;
import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.chunk.ChunkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.reactive.server.StatusAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "cache.chunks.max-concurrent-requests=4")
@Import(RealRedisConfiguration.class)
@DirtiesContext // its Redis is this test's alone
class RedisOutageTest {

    private static final ChunkKey KEY = ChunkKey.root(List.of());

    @LocalServerPort private int port;
    @Autowired private RealRedis redis;
    private WebTestClient client;

    @BeforeEach
    void connect() {
        client =
                WebTestClient.bindToServer()
                        .baseUrl("http://127.0.0.1:" + port)
                        .defaultHeader(TenantLimit.HEADER, Chunks.TENANT)
                        .responseTimeout(Duration.ofSeconds(10))
                        .build();
    }

    @Test
    void without_redis_requests_fail_fast_and_work_again_when_it_is_back() {
        match().expectStatus().isOk().expectBody();

        redis.stop();
        for (int i = 0; i < 20; i++) {
            Instant asked = Instant.now();
            match().expectStatus()
                    .isEqualTo(503)
                    .expectHeader()
                    .valueEquals(HttpHeaders.RETRY_AFTER, "1")
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .expectBody()
                    .jsonPath("$.detail")
                    .value(String.class, is -> assertThat(is).endsWith("go on without the cache."));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(2));
        }
        health("/readiness").isOk().expectBody();
        health("/liveness").isOk().expectBody();
        health("").isEqualTo(503).expectBody();

        redis.startAgain();
        match().expectStatus().isOk().expectBody();
        health("").isOk().expectBody();
    }

    @Test
    void a_redis_that_hangs_is_waited_for_no_longer_than_the_deadline_and_used_again_afterwards() {
        match().expectStatus().isOk().expectBody();

        redis.hang(Duration.ofSeconds(3));
        for (int i = 0; i < 4; i++) { // more than the pool could lose, were connections lost
            Instant asked = Instant.now();
            inParallel(4).forEach(status -> assertThat(status).isEqualTo(503));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(2));
        }

        assertThat(Mono.delay(Duration.ofSeconds(2)).block()).isNotNull();
        inParallel(4).forEach(status -> assertThat(status).isEqualTo(200));
    }

    @Test
    void more_requests_at_once_than_there_are_places_are_turned_away() {
        redis.hang(Duration.ofMillis(300));

        List<Integer> statuses = inParallel(8);

        assertThat(statuses).hasSize(8).contains(200, 503);
    }

    private List<Integer> inParallel(int requests) {
        return Flux.range(0, requests)
                .flatMap(
                        _ ->
                                WebClient.create("http://127.0.0.1:" + port)
                                        .post()
                                        .uri("/chunks/match")
                                        .header(TenantLimit.HEADER, Chunks.TENANT)
                                        .bodyValue(List.of(KEY))
                                        .exchangeToMono(
                                                response ->
                                                        response.releaseBody()
                                                                .thenReturn(
                                                                        response.statusCode()
                                                                                .value())),
                        requests)
                .collectList()
                .block(Duration.ofSeconds(10));
    }

    private WebTestClient.ResponseSpec match() {
        return client.post().uri("/chunks/match").bodyValue(List.of(KEY)).exchange();
    }

    private StatusAssertions health(String group) {
        return client.get().uri("/actuator/health" + group).exchange().expectStatus();
    }
}
