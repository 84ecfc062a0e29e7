package dev.seeddiffusion.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.api.security.SignedOnTest;
import dev.seeddiffusion.api.security.Tokens;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.PlacedToken;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClient.RequestHeadersSpec;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SignedOnTest
class AuditTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SECRET = "def launch_codes():";

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;
    @Autowired private Tokens tokens;

    private final Logger logger = (Logger) LoggerFactory.getLogger("audit");
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    lines.add(event.getFormattedMessage());
                }
            };

    @BeforeEach
    void listen() {
        backend.recovers();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    @Test
    void a_completion_leaves_who_what_how_much_and_how_it_ended_but_no_text() throws Exception {
        status(complete(tokens.of("acme", "completions"), false));

        String line = line();
        assertThat(line).doesNotContain("launch", "return n");
        JsonNode record = JsonMapper.shared().readTree(line);
        assertThat(record.propertyNames())
                .containsExactly(
                        "time",
                        "tenant",
                        "caller",
                        "method",
                        "path",
                        "status",
                        "millis",
                        "generations",
                        "finish");
        assertThat(record.get("tenant").asString()).isEqualTo("acme");
        assertThat(record.get("caller").asString()).isEqualTo(tokens.issuer().uri() + "#alice");
        assertThat(record.get("path").asString()).isEqualTo("/v1/completions");
        assertThat(record.get("status").asInt()).isEqualTo(200);
        assertThat(record.get("finish").asString()).isEqualTo("stop");
        assertThat(record.get("generations"))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        {"requests": 1, "prompt_tokens": 12, "cached_tokens": 8,
                                         "completion_tokens": 40, "forwards": 10,
                                         "denoising_steps": 9}
                                        """));
    }

    @Test
    void a_stream_whose_client_goes_was_cancelled_and_its_tokens_count() throws Exception {
        backend.answersWith(
                Flux.<GenerationEvent>just(
                                new Started("it", 3, 0),
                                new Committed(0, List.of(new PlacedToken(7, "x", 1, 0.9f, 0)), "x"))
                        .concatWith(Flux.never()));
        complete(tokens.of("acme", "completions"), true)
                .retrieve()
                .bodyToFlux(String.class)
                .blockFirst(PATIENCE); // and goes

        JsonNode record = JsonMapper.shared().readTree(line());
        assertThat(record.get("finish").asString()).isEqualTo("cancelled");
        assertThat(record.get("generations").get("prompt_tokens").asInt()).isEqualTo(3);
        assertThat(record.get("generations").get("completion_tokens").asInt()).isEqualTo(1);
    }

    @Test
    void what_is_refused_is_written_too_and_health_is_not() throws Exception {
        status(WebClient.create(uri()).get().uri("/actuator/health/liveness"));
        status(complete("garbage", false));
        status(complete(tokens.of("acme", "edits"), false));

        JsonNode unknown = JsonMapper.shared().readTree(line());
        assertThat(unknown.get("status").asInt()).isEqualTo(401);
        assertThat(unknown.has("tenant")).isFalse();
        JsonNode forbidden = JsonMapper.shared().readTree(line());
        assertThat(forbidden.get("status").asInt()).isEqualTo(403);
        assertThat(lines).isEmpty();
    }

    private String line() throws InterruptedException {
        return lines.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private String uri() {
        return "http://127.0.0.1:" + port;
    }

    private RequestHeadersSpec<?> complete(String token, boolean stream) {
        return WebClient.create(uri())
                .post()
                .uri("/v1/completions")
                .headers(headers -> headers.setBearerAuth(token))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"prompt\":\"%s\",\"stream\":%s}".formatted(SECRET, stream));
    }

    private static int status(RequestHeadersSpec<?> request) {
        return request.exchangeToMono(
                        response ->
                                response.releaseBody().thenReturn(response.statusCode().value()))
                .block(PATIENCE);
    }
}
