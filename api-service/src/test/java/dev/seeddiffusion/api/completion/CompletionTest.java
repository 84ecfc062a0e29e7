package dev.seeddiffusion.api.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

@ApiServiceTest
class CompletionTest {

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;
    private WebTestClient client;

    @BeforeEach
    void connect() {
        backend.recovers();
        client =
                WebTestClient.bindToServer()
                        .baseUrl("http://127.0.0.1:" + port)
                        .responseTimeout(Duration.ofSeconds(20))
                        .build();
    }

    @Test
    void a_completion_has_the_shape_that_openais_clients_read() {
        long before = Instant.now().getEpochSecond();

        complete("{\"model\":\"tiny\",\"prompt\":\"def f(n):\\n\"}")
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody()
                .json(
                        """
                        {
                          "object": "text_completion",
                          "model": "tiny",
                          "choices": [{
                            "text": "return n > 1\\n",
                            "index": 0,
                            "logprobs": null,
                            "finish_reason": "stop"
                          }],
                          "usage": {
                            "prompt_tokens": 12,
                            "completion_tokens": 40,
                            "total_tokens": 52,
                            "prompt_tokens_details": {"cached_tokens": 8}
                          },
                          "diffusion": {
                            "forwards": 10,
                            "denoising_steps": 9,
                            "tokens_per_forward": 4.0
                          }
                        }
                        """)
                .jsonPath("$.id")
                .value(
                        String.class,
                        id ->
                                assertThat(id)
                                        .isEqualTo(
                                                "cmpl-"
                                                        + backend.requests()
                                                                .getFirst()
                                                                .requestId()))
                .jsonPath("$.created")
                .value(
                        Integer.class,
                        created -> assertThat((long) created).isBetween(before, before + 20));
    }

    @Test
    void what_is_not_asked_for_has_its_default() {
        complete("{\"prompt\":\"def f(n):\\n\"}").expectStatus().isOk().expectBody();

        GenerationRequest asked = backend.requests().getFirst();
        assertThat(asked)
                .isEqualTo(
                        new GenerationRequest(
                                asked.requestId(),
                                "public",
                                "def f(n):\n",
                                null,
                                null,
                                null,
                                null,
                                0,
                                1,
                                asked.seed(),
                                List.of(),
                                Decoding.LOSSLESS,
                                null,
                                null,
                                false,
                                null,
                                null,
                                null));
    }

    @Test
    void what_is_asked_for_reaches_the_backend() {
        complete(
                        """
                        {"model": "tiny", "prompt": ["é\\u0000"], "max_tokens": 2048,
                         "temperature": 2, "top_p": 0.5, "seed": -9223372036854775808,
                         "stop": ["\\n\\n", "def"], "stream": false, "stream_options": null,
                         "decoding": "lossless", "block_tokens": 16, "threshold": 0.75,
                         "max_steps": 9, "deadline_ms": 600000}
                        """)
                .expectStatus()
                .isOk()
                .expectBody();

        GenerationRequest asked = backend.requests().getFirst();
        assertThat(asked)
                .isEqualTo(
                        new GenerationRequest(
                                asked.requestId(),
                                "public",
                                "é\0",
                                null,
                                null,
                                null,
                                2048,
                                2,
                                0.5,
                                Long.MIN_VALUE,
                                List.of("\n\n", "def"),
                                Decoding.LOSSLESS,
                                16,
                                0.75,
                                false,
                                9,
                                600_000,
                                null));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'\"threshold\":0.8', DIFFUSION, 0.8",
                "'\"stream\":true,\"diffusing\":true', LOSSLESS, -",
                "'\"decoding\":\"quality\"', LOSSLESS, -",
                "'\"decoding\":\"fast\"', DIFFUSION, 0.5",
                "'\"decoding\":\"fast\",\"threshold\":0.7', DIFFUSION, 0.7",
                "'\"decoding\":\"diffusion\"', DIFFUSION, -",
                "'\"decoding\":\"autoregressive\"', AUTOREGRESSIVE, -"
            })
    void a_name_of_a_decoding_means_a_mode_of_the_model(
            String parameter, Decoding decoding, Double threshold) {
        complete("{\"prompt\":\"\"," + parameter + "}").expectStatus().isOk().expectBody();

        GenerationRequest asked = backend.requests().getFirst();
        assertThat(asked.decoding()).isEqualTo(decoding);
        assertThat(asked.threshold()).isEqualTo(threshold);
    }

    @Test
    void a_suffix_makes_a_hole_unless_it_says_that_nothing_follows() {
        complete("{\"prompt\":\"a\",\"suffix\":\"z\"}").expectStatus().isOk().expectBody();
        complete("{\"prompt\":\"a\",\"suffix\":\"\"}").expectStatus().isOk().expectBody();
        complete("{\"prompt\":\"a\",\"suffix\":\"<|endoftext|>\"}")
                .expectStatus()
                .isOk()
                .expectBody();

        assertThat(backend.requests())
                .map(GenerationRequest::suffix)
                .containsExactly("z", null, null);
    }

    @Test
    void an_echo_repeats_the_prompt() {
        complete("{\"prompt\":\"def f(n):\\n\",\"echo\":true}")
                .expectBody()
                .jsonPath("$.choices[0].text")
                .isEqualTo("def f(n):\nreturn n > 1\n");
    }

    @Test
    void several_texts_have_seeds_of_their_own_and_share_the_prompt() {
        complete("{\"prompt\":\"x\",\"n\":3,\"seed\":7}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.choices[*].index")
                .isEqualTo(List.of(0, 1, 2))
                .jsonPath("$.choices[2].text")
                .isEqualTo("return n > 1\n")
                .jsonPath("$.usage.prompt_tokens")
                .isEqualTo(12)
                .jsonPath("$.usage.completion_tokens")
                .isEqualTo(120);

        assertThat(backend.requests())
                .map(GenerationRequest::seed)
                .containsExactlyInAnyOrder(7L, 8L, 9L);
        assertThat(backend.requests()).map(GenerationRequest::requestId).doesNotHaveDuplicates();
    }

    @Test
    void logprobs_are_those_of_the_written_tokens() {
        complete("{\"prompt\":\"ab\",\"logprobs\":0}")
                .expectBody()
                .json(
                        """
                        {"choices": [{"logprobs": {
                          "tokens": ["return n", " > 1\\n", "\ufffd"],
                          "top_logprobs": null,
                          "text_offset": [2, 10, 15]
                        }}]}
                        """)
                .jsonPath("$.choices[0].logprobs.token_logprobs[0]")
                .value(Double.class, is -> assertThat(is).isCloseTo(Math.log(0.99), within(1e-6)));
    }

    @Test
    void provenance_tells_when_and_how_surely_a_token_was_placed() {
        complete("{\"prompt\":\"x\",\"provenance\":true}")
                .expectBody()
                .json(
                        """
                        {"choices": [{"provenance": [
                          {"id": 7, "text": "return n", "step": 1, "confidence": 0.99, "revisions": 0},
                          {"id": 8, "text": " > 1\\n", "step": 2, "confidence": 0.98, "revisions": 1},
                          {"id": 9, "text": "\ufffd", "step": 2, "confidence": 0.97, "revisions": 0}
                        ]}]}
                        """);
    }

    @Test
    void seeds_differ_unless_they_are_given() {
        complete("{\"prompt\":\"\"}").expectStatus().isOk().expectBody();
        complete("{\"prompt\":\"\"}").expectStatus().isOk().expectBody();

        assertThat(backend.requests()).map(GenerationRequest::seed).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":1",
                "\"best_of\":1",
                "\"echo\":false",
                "\"logprobs\":null",
                "\"suffix\":null",
                "\"presence_penalty\":0",
                "\"frequency_penalty\":0.0",
                "\"logit_bias\":{}",
                "\"user\":null",
                "\"stop\":[]",
                "\"stream_options\":{\"include_usage\":false}"
            })
    void a_parameter_that_asks_for_what_happens_anyway_is_accepted(String neutral) {
        complete("{\"prompt\":\"x\"," + neutral + "}").expectStatus().isOk().expectBody();
    }

    @Test
    void the_end_of_the_token_limit_is_called_length() {
        backend.answersWith(
                new Started("r", 3, 0),
                new Finished(FinishReason.LENGTH, new Usage(3, 0, 0, 0, 0)));

        complete("{\"prompt\":\"x\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.choices[0].finish_reason")
                .isEqualTo("length")
                .jsonPath("$.choices[0].text")
                .isEqualTo("")
                .jsonPath("$.diffusion.tokens_per_forward")
                .isEqualTo(0.0);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400, invalid_request_error,",
        "CONTEXT_LENGTH_EXCEEDED, 400, invalid_request_error,",
        "OVERLOADED, 429, rate_limit_error, 2",
        "UNAVAILABLE, 503, server_error, 2",
        "DEADLINE_EXCEEDED, 504, server_error,",
        "INTERNAL, 500, server_error,"
    })
    void a_failure_of_the_backend_has_its_status(
            ErrorCode code, int status, String type, String retryAfter) {
        for (String stream : List.of("false", "true")) {
            backend.answersWith(new Failed(code, "Because of the test: change it.", false));

            HttpHeaders headers =
                    complete("{\"prompt\":\"x\",\"stream\":" + stream + "}")
                            .expectStatus()
                            .isEqualTo(status)
                            .expectBody()
                            .returnResult()
                            .getResponseHeaders();

            assertThat(headers.getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
            assertThat(headers.getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo(retryAfter);
        }
        complete("{\"prompt\":\"x\"}")
                .expectBody()
                .json(
                        """
                        {"error": {"message": "Because of the test: change it.", "type": "%s",
                         "param": null, "code": "%s"}}
                        """
                                .formatted(type, code.name().toLowerCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_full_backend_says_when_to_try_again(boolean stream) {
        backend.answersWith(new Failed(ErrorCode.OVERLOADED, "Full.", true, 17));

        complete("{\"prompt\":\"x\",\"stream\":" + stream + "}")
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals(HttpHeaders.RETRY_AFTER, "17")
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("overloaded");
    }

    @Test
    void a_failure_after_some_text_is_a_status_as_long_as_nothing_was_sent() {
        backend.answersWith(
                Flux.fromIterable(FakeGenerationBackend.twoBlocks().subList(0, 3))
                        .concatWithValues(new Failed(ErrorCode.UNAVAILABLE, "Gone.", true)));

        complete("{\"prompt\":\"x\"}").expectStatus().isEqualTo(503).expectBody();
    }

    @Test
    void an_error_that_nobody_foresaw_is_a_500_that_tells_nothing() {
        backend.answersWith(Flux.error(new IllegalStateException("secret of the test")));

        complete("{\"prompt\":\"x\"}")
                .expectStatus()
                .isEqualTo(500)
                .expectBody(String.class)
                .value(body -> assertThat(body).contains("\"internal\"").doesNotContain("secret"));
    }

    @Test
    void without_a_backend_the_answer_is_503() {
        backend.goesDown();

        complete("{\"prompt\":\"x\"}")
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .valueEquals(HttpHeaders.RETRY_AFTER, "2")
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("unavailable");
    }

    private WebTestClient.ResponseSpec complete(String body) {
        return client.post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
