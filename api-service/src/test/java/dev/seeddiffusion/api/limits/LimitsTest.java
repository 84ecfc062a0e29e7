package dev.seeddiffusion.api.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.api.security.SignedOnTest;
import dev.seeddiffusion.api.security.Tokens;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Limits as clients meet them; {@link SignedOnTest} has which tenant has which. */
@SignedOnTest
class LimitsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;
    @Autowired private Tokens tokens;

    @BeforeEach
    void recover() {
        backend.recovers();
    }

    @Test
    void requests_beyond_a_minutes_are_told_when_to_come_again() {
        complete("few-requests", "{\"prompt\":\"x\"}")
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("x-ratelimit-limit-requests", "2")
                .expectHeader()
                .valueEquals("x-ratelimit-remaining-requests", "1")
                .expectHeader()
                .valueEquals("x-ratelimit-reset-requests", "30s")
                .expectBody();
        complete("few-requests", "{\"prompt\":\"x\"}")
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("x-ratelimit-remaining-requests", "0")
                .expectBody();

        complete("few-requests", "{\"prompt\":\"x\"}")
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .value(
                        HttpHeaders.RETRY_AFTER,
                        seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 30))
                .expectBody()
                .jsonPath("$.error.type")
                .isEqualTo("rate_limit_error")
                .jsonPath("$.error.code")
                .isEqualTo("rate_limit_exceeded")
                .jsonPath("$.error.message")
                .value(
                        String.class,
                        it -> assertThat(it).startsWith("All 2 requests a minute of this tenant"));
        assertThat(backend.requests()).hasSize(2);
        complete("acme", "{\"prompt\":\"x\"}").expectStatus().isOk().expectBody();
    }

    @Test
    void tokens_are_charged_when_they_are_known_and_overdrawn_ones_waited_for() {
        for (int i = 0; i < 2; i++) { // 52 tokens each, of 100
            complete("few-tokens", "{\"prompt\":\"x\"}")
                    .expectStatus()
                    .isOk()
                    .expectHeader()
                    .valueEquals("x-ratelimit-limit-tokens", "100")
                    .expectBody();
        }

        complete("few-tokens", "{\"prompt\":\"x\"}")
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("x-ratelimit-remaining-tokens", "0")
                .expectHeader()
                .exists(HttpHeaders.RETRY_AFTER)
                .expectBody();
        assertThat(backend.requests()).hasSize(2);
    }

    @Test
    void a_stream_has_its_place_until_it_ends_or_the_client_goes() {
        Sinks.Empty<Void> began = Sinks.empty();
        backend.answersWith(
                Flux.concat(Mono.<GenerationEvent>just(new Started("it", 3, 0)), Flux.never())
                        .doOnSubscribe(_ -> began.tryEmitEmpty()));
        Disposable first =
                WebClient.create("http://127.0.0.1:" + port)
                        .post()
                        .uri("/v1/completions")
                        .headers(headers -> headers.setBearerAuth(token("one-stream")))
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"prompt\":\"x\",\"stream\":true}")
                        .retrieve()
                        .bodyToFlux(String.class)
                        .subscribe();
        began.asMono().block(PATIENCE);
        backend.recovers();

        complete("one-stream", "{\"prompt\":\"x\"}")
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals(HttpHeaders.RETRY_AFTER, "1")
                .expectBody();
        assertThat(backend.requests()).isEmpty();

        first.dispose();
        Instant deadline = Instant.now().plus(PATIENCE);
        int status;
        do {
            assertThat(Instant.now()).isBefore(deadline);
            status =
                    complete("one-stream", "{\"prompt\":\"x\"}")
                            .expectBody()
                            .returnResult()
                            .getStatus()
                            .value();
        } while (status == 429);
        assertThat(status).isEqualTo(200);
        complete("one-stream", "{\"prompt\":\"x\"}").expectStatus().isOk().expectBody();
    }

    @Test
    void a_request_is_no_larger_than_it_may_be() {
        complete("small", "{\"prompt\":\"0123456789\"}").expectStatus().isOk().expectBody();
        assertThat(backend.requests().getLast().maxTokens()).isEqualTo(64);
        assertThat(backend.requests().getLast().maxSteps()).isEqualTo(16);
        complete("small", "{\"prompt\":\"x\",\"max_tokens\":7,\"max_steps\":5}")
                .expectStatus()
                .isOk()
                .expectBody();
        assertThat(backend.requests().getLast().maxTokens()).isEqualTo(7);
        assertThat(backend.requests().getLast().maxSteps()).isEqualTo(5);

        assertTooLarge("{\"prompt\":\"0123456789a\"}", "prompt", "11 characters", "at most 10");
        assertTooLarge(
                "{\"prompt\":\"01234\",\"suffix\":\"56789a\"}",
                "prompt",
                "11 characters",
                "at most 10");
        assertTooLarge("{\"prompt\":\"x\",\"max_tokens\":65}", "max_tokens", "is 65", "at most 64");
        assertTooLarge("{\"prompt\":\"x\",\"max_steps\":17}", "max_steps", "is 17", "at most 16");
        assertThat(backend.requests()).hasSize(2);
    }

    @Test
    void a_backend_that_breaks_off_has_not_reached_a_limit() {
        backend.answersWith(new Started("it", 3, 0));
        complete("small", "{\"prompt\":\"x\"}").expectStatus().isEqualTo(500).expectBody();
    }

    private void assertTooLarge(String body, String parameter, String... facts) {
        complete("small", body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.param")
                .isEqualTo(parameter)
                .jsonPath("$.error.message")
                .value(String.class, message -> assertThat(message).contains(facts));
    }

    private String token(String tenant) {
        return tokens.of(tenant, "completions");
    }

    private ResponseSpec complete(String tenant, String body) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .responseTimeout(PATIENCE)
                .build()
                .post()
                .uri("/v1/completions")
                .headers(headers -> headers.setBearerAuth(token(tenant)))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
