package dev.seeddiffusion.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.inference.TinyCheckpoint;
import dev.seeddiffusion.inference.Waiting;
import dev.seeddiffusion.inference.model.ModelHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class StandaloneTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private static Path folder;

    @Test
    void a_completion_streams_from_the_model_of_this_process(CapturedOutput output)
            throws IOException {
        try (ConfigurableApplicationContext application =
                SpringApplication.run(
                        StandaloneApplication.class,
                        "--server.port=0",
                        "--inference.model=" + TinyCheckpoint.write(folder))) {
            String uri =
                    "http://127.0.0.1:"
                            + application.getEnvironment().getProperty("local.server.port");

            List<String> lines = complete(uri);
            assertThat(lines).allMatch(line -> line.isEmpty() || line.startsWith("data: "));
            List<String> frames = lines.stream().filter(line -> !line.isEmpty()).toList();
            assertThat(frames).hasSizeGreaterThan(4);
            assertThat(frames.getLast()).isEqualTo("data: [DONE]");
            assertThat(String.join("\n", frames))
                    .contains("\"finish_reason\":\"length\"")
                    .contains("\"completion_tokens\":60");
            assertThat(output).contains("Ready at " + uri + " for this machine only");

            WebTestClient client =
                    WebTestClient.bindToServer().baseUrl(uri).responseTimeout(PATIENCE).build();
            client.get()
                    .uri("/v1/models")
                    .exchange()
                    .expectBody()
                    .jsonPath("$.data[0].id")
                    .isEqualTo("tiny")
                    .jsonPath("$.data[0].decoding")
                    .isEqualTo("diffusion");
            client.get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
            // What the services say to each other is nobody's business here.
            client.get().uri("/model").exchange().expectStatus().isNotFound();
            client.post().uri("/generations").exchange().expectStatus().isNotFound();
        }
    }

    @Test
    void a_request_beyond_the_queue_is_told_when_to_come_again() throws IOException {
        try (ConfigurableApplicationContext application =
                SpringApplication.run(
                        StandaloneApplication.class,
                        "--server.port=0",
                        "--inference.concurrency=1",
                        "--inference.queue-limit=0",
                        "--inference.model=" + TinyCheckpoint.write(folder))) {
            WebClient client =
                    WebClient.create(
                            "http://127.0.0.1:"
                                    + application
                                            .getEnvironment()
                                            .getProperty("local.server.port"));
            CountDownLatch goOn = new CountDownLatch(1);
            application.getBean(ModelHost.class).device().execute(() -> Waiting.await(goOn));

            List<ResponseEntity<String>> answers =
                    Flux.range(0, 2)
                            .flatMap(_ -> completion(client))
                            .doOnNext(_ -> goOn.countDown()) // whoever had no place comes first
                            .collectList()
                            .blockOptional(PATIENCE)
                            .orElseThrow();

            assertThat(answers)
                    .extracting(answer -> answer.getStatusCode().value())
                    .containsExactly(429, 200);
            ResponseEntity<String> refused = answers.getFirst();
            assertThat(refused.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("1");
            assertThat(refused.getBody()).contains("retry after 1 s");
        }
    }

    private static Mono<ResponseEntity<String>> completion(WebClient client) {
        return client.post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"prompt\": \"def f(x):\"}")
                .exchangeToMono(answer -> answer.toEntity(String.class));
    }

    private static List<String> complete(String uri) {
        String stream =
                WebClient.create(uri)
                        .post()
                        .uri("/v1/completions")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(
                                """
                                {"prompt": "def f(x):\\n", "max_tokens": 60, "stream": true,
                                 "stream_options": {"include_usage": true}}
                                """)
                        .retrieve()
                        .bodyToMono(byte[].class)
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .blockOptional(PATIENCE)
                        .orElseThrow();
        return stream.lines().toList();
    }
}
