package dev.seeddiffusion.api.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Whatever is sent: a 4xx that says what to do, nothing reaches the backend, and life goes on. */
@ApiServiceTest
class CompletionErrorsTest {

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

    @AfterEach
    void the_next_request_is_served() {
        assertThat(backend.requests()).isEmpty();
        complete("{\"prompt\":\"x\"}").expectStatus().isOk().expectBody();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
                    {"prompt":"x"                          | - | invalid_json | The body is not valid JSON (line 1
                    {"prompt":"x"} {"prompt":"y"}          | - | invalid_json | send one object
                    {"prompt":"x","prompt":"y"}            | - | invalid_json | repeated names
                    {"prompt":"x","temperature":NaN}       | - | invalid_json | without NaN
                    {"prompt":"x","temperature":Infinity}  | - | invalid_json | without NaN
                    {"prompt":'x'}                         | - | invalid_json | not valid JSON
                    null                                   | - | invalid_json | The body is empty
                    [{"prompt":"x"}]                       | - | invalid_json | The body is an array
                    "prompt"                               | - | invalid_json | The body is a string
                    {}                                     | prompt | missing_required_parameter | prompt is missing
                    {"prompt":null}                        | prompt | missing_required_parameter | prompt is missing
                    {"prompt":5}                           | prompt | invalid_value | prompt is 5, but must be a string
                    {"prompt":true}                        | prompt | invalid_value | prompt is true
                    {"prompt":{"text":"x"}}                | prompt | invalid_value | prompt is an object
                    {"prompt":[1,2,3]}                     | prompt | invalid_value | token ids are not accepted
                    {"prompt":[1]}                         | prompt | invalid_value | token ids are not accepted
                    {"prompt":[]}                          | prompt | invalid_value | an array of 0 elements
                    {"prompt":["x","y"]}                   | prompt | invalid_value | an array of 2 elements
                    {"prompt":[["x"]]}                     | prompt | invalid_value | prompt is an array
                    {"prompt":"\\ud800"}                   | prompt | invalid_value | half of a surrogate pair
                    {"prompt":"x","model":"gpt-4"}         | model | model_not_found | ask for 'tiny'
                    {"prompt":"x","model":7}               | model | invalid_value | model is 7
                    {"prompt":"x","max_tokens":-1}         | max_tokens | invalid_value | max_tokens is -1, but must be a whole number from 1
                    {"prompt":"x","max_tokens":0}          | max_tokens | invalid_value | max_tokens is 0
                    {"prompt":"x","max_tokens":2049}       | max_tokens | invalid_value | context of tiny holds 2048 tokens
                    {"prompt":"x","max_tokens":99999999999}| max_tokens | invalid_value | max_tokens is 99999999999
                    {"prompt":"x","max_tokens":1.5}        | max_tokens | invalid_value | max_tokens is 1.5
                    {"prompt":"x","max_tokens":5.0}        | max_tokens | invalid_value | max_tokens is 5.0
                    {"prompt":"x","max_tokens":"5"}        | max_tokens | invalid_value | max_tokens is a string
                    {"prompt":"x","max_tokens":true}       | max_tokens | invalid_value | max_tokens is true
                    {"prompt":"x","max_tokens":[5]}        | max_tokens | invalid_value | max_tokens is an array
                    {"prompt":"x","temperature":-0.1}      | temperature | invalid_value | must be a number from 0 to 2
                    {"prompt":"x","temperature":2.1}       | temperature | invalid_value | must be a number from 0 to 2
                    {"prompt":"x","temperature":"NaN"}     | temperature | invalid_value | temperature is a string
                    {"prompt":"x","temperature":"0.5"}     | temperature | invalid_value | temperature is a string
                    {"prompt":"x","temperature":1e999}     | temperature | invalid_value | must be a number from 0 to 2
                    {"prompt":"x","top_p":0}               | top_p | invalid_value | must be a number above 0 and up to 1
                    {"prompt":"x","top_p":1.01}            | top_p | invalid_value | must be a number above 0 and up to 1
                    {"prompt":"x","seed":1.5}              | seed | invalid_value | seed is 1.5
                    {"prompt":"x","seed":9223372036854775808} | seed | invalid_value | whole number of 64 bits
                    {"prompt":"x","seed":"7"}              | seed | invalid_value | seed is a string
                    {"prompt":"x","stop":5}                | stop | invalid_value | stop is 5
                    {"prompt":"x","stop":""}               | stop | invalid_value | stop has an empty string
                    {"prompt":"x","stop":["a",""]}         | stop | invalid_value | stop has an empty string
                    {"prompt":"x","stop":["a",1]}          | stop | invalid_value | stop is 1
                    {"prompt":"x","stop":["a","b","c","d","e"]} | stop | invalid_value | at most 4 strings
                    {"prompt":"x","n":9}                   | n | invalid_value | a whole number from 1 to 8
                    {"prompt":"x","n":"1"}                 | n | invalid_value | n is a string
                    {"prompt":"x","best_of":3}             | best_of | unsupported_parameter | best_of
                    {"prompt":"x","echo":1}                | echo | invalid_value | echo is 1
                    {"prompt":"x","echo":true,"logprobs":0} | logprobs | invalid_value | leave echo out
                    {"prompt":"x","suffix":5}              | suffix | invalid_value | suffix is 5
                    {"prompt":"x","logprobs":2}            | logprobs | unsupported_parameter | alternatives are not kept
                    {"prompt":"x","logprobs":6}            | logprobs | invalid_value | from 0 to 5
                    {"prompt":"x","logprobs":0,"decoding":"fast"} | logprobs | invalid_value | ask for provenance
                    {"prompt":"x","max_steps":0}           | max_steps | invalid_value | max_steps is 0
                    {"prompt":"x","provenance":"yes"}      | provenance | invalid_value | provenance is a string
                    {"prompt":"x","presence_penalty":0.5}  | presence_penalty | unsupported_parameter | presence_penalty
                    {"prompt":"x","frequency_penalty":1}   | frequency_penalty | unsupported_parameter | frequency_penalty
                    {"prompt":"x","logit_bias":{"50256":-100}} | logit_bias | unsupported_parameter | logit_bias
                    {"prompt":"x","user":"me"}             | user | unsupported_parameter | user
                    {"prompt":"x","max_token":5}           | max_token | unknown_parameter | There is no parameter max_token
                    {"prompt":"x","maxTokens":null}        | maxTokens | unknown_parameter | There is no parameter maxTokens
                    {"prompt":"x","stream":"true"}         | stream | invalid_value | stream is a string, but must be true or false
                    {"prompt":"x","stream":1}              | stream | invalid_value | stream is 1
                    {"prompt":"x","stream_options":{"include_usage":true}} | stream_options | invalid_value | stream is not true
                    {"prompt":"x","stream":true,"stream_options":true} | stream_options | invalid_value | must be an object
                    {"prompt":"x","stream":true,"stream_options":{"usage":true}} | stream_options.usage | unknown_parameter | stream_options.usage
                    {"prompt":"x","stream":true,"stream_options":{"include_usage":1}} | stream_options.include_usage | invalid_value | include_usage is 1
                    {"prompt":"x","diffusing":true}        | diffusing | invalid_value | stream is not true
                    {"prompt":"x","decoding":"ar"}         | decoding | invalid_value | one of [diffusion, autoregressive, lossless, quality, fast]
                    {"prompt":"x","decoding":"DIFFUSION"}  | decoding | invalid_value | one of [diffusion, autoregressive, lossless, quality, fast]
                    {"prompt":"x","block_tokens":0}        | block_tokens | invalid_value | block_tokens is 0
                    {"prompt":"x","block_tokens":4096}     | block_tokens | invalid_value | holds 2048 tokens
                    {"prompt":"x","deadline_ms":0}         | deadline_ms | invalid_value | deadline_ms is 0, but must be a whole number from 1 to 600000.
                    {"prompt":"x","deadline_ms":600001}    | deadline_ms | invalid_value | deadline_ms is 600001
                    {"prompt":"x","deadline_ms":99.5}      | deadline_ms | invalid_value | deadline_ms is 99.5
                    {"prompt":"x","deadline_ms":"2s"}      | deadline_ms | invalid_value | deadline_ms is a string
                    {"prompt":"x","threshold":1.5}         | threshold | invalid_value | must be a number from 0 to 1
                    """)
    void a_request_that_cannot_be_served_is_told_why(
            String body, String param, String code, String message) {
        complete(body)
                .expectStatus()
                .isEqualTo("model_not_found".equals(code) ? 404 : 400)
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo(code)
                .jsonPath("$.error.type")
                .isEqualTo("invalid_request_error")
                .jsonPath("$.error.param")
                .value(is -> assertThat(is).isEqualTo(param))
                .jsonPath("$.error.message")
                .value(String.class, is -> assertThat(is).contains(message));
    }

    @Test
    void a_body_that_is_not_text_is_not_json() {
        client.post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0xd8, 1, 2, 3})
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("invalid_json");
    }

    @Test
    void a_body_nested_without_end_is_not_read_to_its_end() {
        complete("[".repeat(500_000))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("invalid_json");
    }

    @Test
    void no_body_at_all_is_a_bad_request() {
        client.post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.message")
                .isNotEmpty();
    }

    @Test
    void a_body_of_10_megabytes_is_too_large() {
        complete("{\"prompt\":\"" + "x".repeat(10_000_000) + "\"}")
                .expectStatus()
                .isEqualTo(413)
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("content_too_large")
                .jsonPath("$.error.type")
                .isEqualTo("invalid_request_error");
    }

    @Test
    void a_prompt_of_almost_a_megabyte_is_the_models_matter() {
        complete("{\"prompt\":\"" + "x".repeat(1_000_000) + "\"}")
                .expectStatus()
                .isOk()
                .expectBody();
        backend.recovers();
    }

    @Test
    void another_content_type_is_refused() {
        client.post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue("prompt=x")
                .exchange()
                .expectStatus()
                .isEqualTo(415)
                .expectBody()
                .jsonPath("$.error.message")
                .value(
                        String.class,
                        is ->
                                assertThat(is)
                                        .contains("application/x-www-form-urlencoded")
                                        .endsWith("send Content-Type: application/json."));
    }

    @Test
    void another_method_is_refused_and_the_right_one_named() {
        client.get()
                .uri("/v1/completions")
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals(HttpHeaders.ALLOW, HttpMethod.POST.name())
                .expectBody()
                .jsonPath("$.error.message")
                .isEqualTo("GET /v1/completions is not answered: send POST.");
    }

    @Test
    void another_path_is_not_found() {
        client.post()
                .uri("/v1/embeddings")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("not_found")
                .jsonPath("$.error.message")
                .value(
                        String.class,
                        is -> assertThat(is).startsWith("There is no POST /v1/embeddings"));
    }

    @Test
    void another_kind_of_answer_than_json_is_refused() {
        client.get()
                .uri("/v1/models")
                .accept(MediaType.TEXT_HTML)
                .exchange()
                .expectStatus()
                .isEqualTo(406)
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("not_acceptable");
    }

    private WebTestClient.ResponseSpec complete(String body) {
        return client.post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body.getBytes(StandardCharsets.UTF_8))
                .exchange();
    }
}
