package dev.seeddiffusion.api.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

@ApiServiceTest
@ParameterizedClass(name = "{0}")
@EnumSource(names = {"HTTP_1_1", "HTTP_2"}) // the latter asks for HTTP/2 in its first POST
class CompletionStreamTest {

    private static final List<GenerationEvent> EVENTS = FakeGenerationBackend.twoBlocks();

    @Parameter private HttpClient.Version version;
    private HttpClient client;
    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;

    @BeforeEach
    void connect() {
        client = HttpClient.newBuilder().version(version).build();
        backend.recovers();
    }

    @AfterEach
    void disconnect() {
        client.shutdownNow();
    }

    @Test
    void a_stream_is_written_byte_by_byte_as_clients_expect() throws Exception {
        HttpResponse<String> response = text("{\"prompt\":\"x\",\"stream\":true}");

        assertThat(response.version()).isEqualTo(version);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(anonymous(response.body()))
                .isEqualTo(
                        """
                        data: {"id":"cmpl-ID","object":"text_completion","created":0,"model":"tiny","choices":[{"text":"return n","index":0,"logprobs":null,"finish_reason":null}]}

                        data: {"id":"cmpl-ID","object":"text_completion","created":0,"model":"tiny","choices":[{"text":" > 1\\n","index":0,"logprobs":null,"finish_reason":null}]}

                        data: {"id":"cmpl-ID","object":"text_completion","created":0,"model":"tiny","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}]}

                        data: [DONE]

                        """);
    }

    @Test
    void usage_comes_last_and_without_a_choice_if_it_is_asked_for() throws Exception {
        HttpResponse<String> response =
                text(
                        """
                        {"prompt":"x","stream":true,"stream_options":{"include_usage":true}}""");

        assertThat(anonymous(response.body()))
                .endsWith(
                        """
                        "finish_reason":"stop"}]}

                        data: {"id":"cmpl-ID","object":"text_completion","created":0,"model":"tiny","choices":[],\
                        "usage":{"prompt_tokens":12,"completion_tokens":40,"total_tokens":52,"prompt_tokens_details":{"cached_tokens":8}},\
                        "diffusion":{"forwards":10,"denoising_steps":9,"tokens_per_forward":4.0}}

                        data: [DONE]

                        """);
    }

    @Test
    void drafts_ride_in_chunks_without_text_if_they_are_asked_for() throws Exception {
        HttpResponse<String> response =
                text("{\"prompt\":\"x\",\"stream\":true,\"diffusing\":true}");

        assertThat(backend.requests().getFirst().drafts()).isTrue();
        assertThat(anonymous(response.body()))
                .startsWith(
                        """
                        data: {"id":"cmpl-ID","object":"text_completion","created":0,"model":"tiny",\
                        "choices":[{"text":"","index":0,"logprobs":null,"finish_reason":null}],\
                        "diffusion":{"block":0,"step":1,"text":"return ░","committed_tokens":0,\
                        "tokens":["return"," ░"],"confidences":[0.9,0.0],"changed":[0]}}

                        data: {"id":"cmpl-ID","object":"text_completion","created":0,"model":"tiny",\
                        "choices":[{"text":"return n","index":0,"logprobs":null,"finish_reason":null}]}
                        """);
    }

    @Test
    void a_failure_in_the_middle_is_a_named_event_and_not_a_complete_answer() throws Exception {
        backend.answersWith(
                Flux.fromIterable(EVENTS.subList(0, 3))
                        .concatWithValues(
                                new Failed(ErrorCode.UNAVAILABLE, "Gone: try again.", true)));

        HttpResponse<String> response = text("{\"prompt\":\"x\",\"stream\":true}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("return n")
                .endsWith(
                        """
                        event: error
                        data: {"error":{"message":"Gone: try again.","type":"server_error","param":null,"code":"unavailable"}}

                        """)
                .doesNotContain("[DONE]");
    }

    @Test
    void an_error_in_the_middle_that_nobody_foresaw_is_a_named_event_too() throws Exception {
        backend.answersWith(
                Flux.fromIterable(EVENTS.subList(0, 3))
                        .concatWith(Flux.error(new IllegalStateException("secret of the test"))));

        HttpResponse<String> response = text("{\"prompt\":\"x\",\"stream\":true}");

        assertThat(response.body())
                .contains("event: error\ndata: {\"error\":")
                .doesNotContain("secret");
    }

    @Test
    void a_failure_before_the_first_text_is_a_status() throws Exception {
        backend.answersWith(
                EVENTS.getFirst(), new Failed(ErrorCode.OVERLOADED, "Full: try again.", true));

        HttpResponse<String> response = text("{\"prompt\":\"x\",\"stream\":true}");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.headers().firstValue("retry-after")).hasValue("2");
        assertThat(response.body()).startsWith("{\"error\":{\"message\":\"Full: try again.\"");
    }

    @Test
    void text_is_sent_as_soon_as_it_is_committed() throws Exception {
        Sinks.Many<GenerationEvent> events = Sinks.many().unicast().onBackpressureBuffer();
        backend.answersWith(events.asFlux());
        events.tryEmitNext(EVENTS.get(0));
        events.tryEmitNext(EVENTS.get(2));

        try (InputStream body = open("{\"prompt\":\"x\",\"stream\":true}").body()) {
            assertThat(nextFrame(body)).contains("return n");
            events.tryEmitNext(EVENTS.get(4));
            assertThat(nextFrame(body)).contains(" > 1");
            events.tryEmitNext(EVENTS.getLast());
            events.tryEmitComplete();
            assertThat(nextFrame(body)).contains("\"finish_reason\":\"stop\"");
            assertThat(nextFrame(body)).isEqualTo("data: [DONE]\n\n");
            assertThat(body.read()).isEqualTo(-1);
        }
        assertThat(backend.cancellations()).isZero();
    }

    @Test
    void a_client_that_disconnects_cancels_its_stream() throws Exception {
        backend.answersWith(
                Flux.interval(Duration.ofMillis(20)).map(i -> new Committed(0, List.of(), "x")));

        InputStream body = open("{\"prompt\":\"x\",\"stream\":true}").body();
        nextFrame(body);
        assertThat(backend.cancellations()).isZero();
        body.close();

        awaitCancellation();
    }

    @Test
    void a_client_that_disconnects_before_the_first_text_cancels_its_stream() throws Exception {
        backend.answersWith(Flux.never());

        sendAndDisconnect("{\"prompt\":\"x\",\"stream\":true}");

        awaitCancellation();
    }

    @Test
    void a_client_that_disconnects_cancels_its_whole_completion_as_well() throws Exception {
        backend.answersWith(Flux.never());

        sendAndDisconnect("{\"prompt\":\"x\"}");

        awaitCancellation();
    }

    private void sendAndDisconnect(String body) throws Exception {
        var response = client.sendAsync(request(body), BodyHandlers.ofString());
        Instant deadline = Instant.now().plusSeconds(10);
        while (backend.requests().isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(10);
        }
        assertThat(backend.cancellations()).isZero();
        response.cancel(true);
    }

    private void awaitCancellation() throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(10);
        while (backend.cancellations() == 0 && Instant.now().isBefore(deadline)) {
            Thread.sleep(10);
        }
        assertThat(backend.cancellations()).isEqualTo(1);
    }

    private HttpResponse<String> text(String body) throws Exception {
        return client.send(request(body), BodyHandlers.ofString());
    }

    private HttpResponse<InputStream> open(String body) throws Exception {
        return client.send(request(body), BodyHandlers.ofInputStream());
    }

    private HttpRequest request(String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/completions"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String nextFrame(InputStream body) throws IOException {
        StringBuilder frame = new StringBuilder();
        while (frame.length() < 2 || !frame.substring(frame.length() - 2).equals("\n\n")) {
            int next = body.read();
            assertThat(next).as("after %s", frame).isNotEqualTo(-1);
            frame.append((char) next);
        }
        return frame.toString();
    }

    private String anonymous(String frames) {
        return frames.replace(backend.requests().getFirst().requestId(), "ID")
                .replaceAll("\"created\":\\d+", "\"created\":0");
    }
}
