package dev.seeddiffusion.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.inference.prefix.FakeCacheService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

/** Two replicas as processes have them, on one cache-service, over real HTTP. */
class InferenceServiceTest {

    private static final String PROMPT = "def f(x):\n";
    private static final String VALID =
            """
            {"requestId": "r1", "tenant": "t", "prompt": "def secret():", "maxTokens": 8, "temperature": 0,
             "topP": 1, "seed": 0, "stop": [], "decoding": "DIFFUSION", "drafts": false, "deadlineMillis": 60000}
            """;

    @TempDir private static Path folder;
    private static FakeCacheService cacheService;
    private static ConfigurableApplicationContext replica;
    private static ConfigurableApplicationContext secondReplica;

    @BeforeAll
    static void start() throws IOException {
        Path checkpoint = TinyCheckpoint.write(folder);
        cacheService = new FakeCacheService();
        replica = start(checkpoint);
        secondReplica = start(checkpoint);
    }

    private static ConfigurableApplicationContext start(Path checkpoint) {
        return SpringApplication.run(
                InferenceServiceApplication.class,
                "--server.port=0",
                "--inference.model=" + checkpoint,
                "--inference.prefix-cache.cache-service=" + cacheService.uri(),
                "--inference.prefix-cache.secret=made for this test, and long enough",
                "--inference.prefix-cache.fetch-deadline=20s"); // a busy machine is no fault
    }

    @AfterAll
    static void stop() {
        replica.close();
        secondReplica.close();
        cacheService.close();
    }

    @Test
    void equal_seeds_give_equal_text() {
        GenerationRequest request = request(PROMPT, 60, Decoding.DIFFUSION, false);

        List<GenerationEvent> first = events(replica, request);
        List<GenerationEvent> second = events(replica, request);

        assertThat(first.getFirst()).isInstanceOf(Started.class);
        assertThat(first.getLast()).isInstanceOf(Finished.class);
        assertThat(text(first)).isNotEmpty().isEqualTo(text(second));
    }

    @Test
    void a_second_replica_goes_on_from_the_chunks_of_the_first() throws InterruptedException {
        GenerationRequest request =
                request(TinyCheckpoint.LONG_PROMPT, 60, Decoding.DIFFUSION, false);
        int read = cacheService.chunksRead();

        List<GenerationEvent> first = events(replica, request);
        int chunks = ((Started) first.getFirst()).promptTokens() / 64;
        Waiting.until(() -> cacheService.chunksKept() == chunks);
        List<GenerationEvent> second = events(secondReplica, request);

        assertThat(((Started) first.getFirst()).cachedTokens()).isZero();
        assertThat(((Started) second.getFirst()).cachedTokens()).isEqualTo(chunks * 64);
        assertThat(cacheService.chunksRead()).isEqualTo(read + chunks);
        assertThat(text(second)).isEqualTo(text(first)).isNotEmpty();
    }

    @Test
    void a_client_that_disconnects_costs_no_more_than_the_step_under_way()
            throws InterruptedException {
        double cancelled = metric(replica, "inference_generations_total{outcome=\"cancelled\"}");
        double afterCancel = metric(replica, "inference_steps_after_cancel_total");

        Disposable client =
                stream(replica, request(PROMPT, 400, Decoding.AUTOREGRESSIVE, false)).subscribe();
        Waiting.until(() -> metric(replica, "inference_generations_active") == 1);
        client.dispose();
        Waiting.until(() -> metric(replica, "inference_generations_active") == 0);

        assertThat(metric(replica, "inference_generations_total{outcome=\"cancelled\"}"))
                .isEqualTo(cancelled + 1);
        assertThat(metric(replica, "inference_steps_after_cancel_total"))
                .isLessThanOrEqualTo(afterCancel + 1);
    }

    @Test
    void http_2_is_spoken_without_tls() {
        String line =
                HttpClient.create()
                        .protocol(HttpProtocol.H2C)
                        .headers(headers -> headers.set("Content-Type", "application/json"))
                        .post()
                        .uri(uri(replica) + "/generations")
                        .send((_, out) -> out.sendString(Flux.just(VALID)))
                        .responseContent()
                        .aggregate()
                        .asString()
                        .block(Waiting.PATIENCE);

        assertThat(line.lines().findFirst().orElseThrow()).contains("\"event\":\"started\"");
    }

    @Test
    void the_model_is_described() {
        client(replica)
                .get()
                .uri("/model")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(ModelDescription.class)
                .value(
                        model -> {
                            assertThat(model.id()).isEqualTo("tiny");
                            assertThat(model.contextTokens())
                                    .isEqualTo(TinyCheckpoint.CONTEXT_TOKENS);
                            assertThat(model.blockTokens()).isEqualTo(TinyCheckpoint.BLOCK_TOKENS);
                            assertThat(model.decoding()).isEqualTo(Decoding.DIFFUSION);
                        });
    }

    @Test
    void it_is_ready_and_alive() {
        for (String probe : List.of("readiness", "liveness")) {
            client(replica).get().uri("/actuator/health/" + probe).exchange().expectStatus().isOk();
        }
    }

    @ParameterizedTest(name = "{0} → {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"maxTokens\": 8 | \"maxTokens\": 0 | maxTokens",
                "\"maxTokens\": 8 | \"maxTokens\": \"many\" | maxTokens",
                "\"temperature\": 0 | \"temperature\": -1 | temperature",
                "\"temperature\": 0 | \"temperature\": NaN | JSON",
                "\"topP\": 1 | \"topP\": 0 | topP",
                "\"stop\": [] | \"stop\": [\"\"] | stop",
                "\"decoding\": \"DIFFUSION\" | \"decoding\": \"GUESSING\" | decoding",
                "\"requestId\": \"r1\", | '' | requestId",
                "\"tenant\": \"t\", | '' | tenant",
                "\"tenant\": \"t\" | \"tenant\": \" \" | tenant",
                "\"deadlineMillis\": 60000 | \"deadlineMillis\": 0 | deadlineMillis",
                "\"deadlineMillis\": 60000 | \"deadlineMillis\": 600001 | deadlineMillis",
                "{ | [ | JSON"
            })
    void what_is_not_a_request_is_refused_with_the_reason(
            String found, String instead, String reason) {
        client(replica)
                .post()
                .uri("/generations")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.APPLICATION_NDJSON, MediaType.APPLICATION_JSON)
                .bodyValue(VALID.replace(found, instead))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("INVALID_REQUEST")
                .jsonPath("$.message")
                .value(
                        String.class,
                        message -> assertThat(message).contains(reason).doesNotContain("secret"));
    }

    @Test
    void a_body_that_is_too_large_is_refused() {
        client(replica)
                .post()
                .uri("/generations")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(VALID.replace("secret", "s".repeat(3_000_000)))
                .exchange()
                .expectStatus()
                .isEqualTo(413)
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("Refused: 413 CONTENT_TOO_LARGE.");
    }

    @Test
    void another_method_and_another_content_type_are_refused() {
        client(replica).get().uri("/generations").exchange().expectStatus().isEqualTo(405);
        client(replica)
                .post()
                .uri("/generations")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("def")
                .exchange()
                .expectStatus()
                .isEqualTo(415);
    }

    private static GenerationRequest request(
            String prompt, int maxTokens, Decoding decoding, boolean drafts) {
        return new GenerationRequest(
                "r1", "tenant", prompt, null, null, null, maxTokens, 0.8, 1, 5, List.of(), decoding,
                null, null, drafts, null, null, null);
    }

    private static List<GenerationEvent> events(
            ConfigurableApplicationContext service, GenerationRequest request) {
        return stream(service, request).collectList().blockOptional(Waiting.PATIENCE).orElseThrow();
    }

    private static Flux<GenerationEvent> stream(
            ConfigurableApplicationContext service, GenerationRequest request) {
        return WebClient.create(uri(service))
                .post()
                .uri("/generations")
                .accept(MediaType.APPLICATION_NDJSON)
                .bodyValue(request)
                .retrieve()
                .bodyToFlux(GenerationEvent.class);
    }

    private static String text(List<GenerationEvent> events) {
        return events.stream()
                .filter(Committed.class::isInstance)
                .map(event -> ((Committed) event).text())
                .collect(Collectors.joining());
    }

    /** As Prometheus reads it; 0 if it is not there. */
    private static double metric(ConfigurableApplicationContext service, String series) {
        String all =
                WebClient.create(uri(service))
                        .get()
                        .uri("/actuator/prometheus")
                        .retrieve()
                        .bodyToMono(String.class)
                        .block(Waiting.PATIENCE);
        Matcher line =
                Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
                        .matcher(String.valueOf(all));
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    private static WebTestClient client(ConfigurableApplicationContext service) {
        return WebTestClient.bindToServer()
                .baseUrl(uri(service))
                .responseTimeout(Waiting.PATIENCE)
                .build();
    }

    private static String uri(ConfigurableApplicationContext service) {
        return "http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port");
    }
}
