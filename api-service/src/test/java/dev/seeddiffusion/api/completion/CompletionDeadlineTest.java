package dev.seeddiffusion.api.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

@ApiServiceTest
@TestPropertySource(
        properties = {"api.completions.deadline=1s", "api.completions.body-deadline=500ms"})
class CompletionDeadlineTest {

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;

    @BeforeEach
    void reset() {
        backend.recovers();
    }

    @Test
    void a_completion_that_takes_too_long_is_given_up() {
        backend.answersWith(Flux.never());

        complete("{\"prompt\":\"x\"}")
                .expectStatus()
                .isEqualTo(504)
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("deadline_exceeded");
        assertThat(backend.cancellations()).isEqualTo(1);
    }

    @Test
    void a_stream_that_takes_too_long_ends_with_an_error() {
        GenerationEvent text = FakeGenerationBackend.twoBlocks().get(2);
        backend.answersWith(Flux.just(text).concatWith(Flux.never()));

        complete("{\"prompt\":\"x\",\"stream\":true}")
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(body -> assertThat(body).contains("event: error", "deadline_exceeded"));
    }

    @Test
    void a_body_that_does_not_arrive_is_not_waited_for() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            String halfOfARequest =
                    "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
            socket.getOutputStream().write(halfOfARequest.getBytes(StandardCharsets.US_ASCII));

            byte[] answer = socket.getInputStream().readAllBytes(); // until it is closed

            assertThat(new String(answer, StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("\"code\":\"request_timeout\"");
        }
    }

    private WebTestClient.ResponseSpec complete(String body) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .responseTimeout(Duration.ofSeconds(20))
                .build()
                .post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
