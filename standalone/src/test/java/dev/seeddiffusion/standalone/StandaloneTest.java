package dev.seeddiffusion.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.inference.TinyCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;

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
                    .isEqualTo("tiny");
            client.get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
            // What the services say to each other is nobody's business here.
            client.get().uri("/model").exchange().expectStatus().isNotFound();
            client.post().uri("/generations").exchange().expectStatus().isNotFound();
        }
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
