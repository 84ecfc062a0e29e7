package dev.seeddiffusion.api.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.Edit;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The protocol as it is on the wire; the SDK's own client is run against the whole platform. */
@ApiServiceTest
@ExtendWith(OutputCaptureExtension.class)
class McpTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SECRET = "s3cret";

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
    void a_completion_is_the_text_and_how_it_ended() {
        call("complete", "{\"prompt\": \"def f(n):\\n\", \"suffix\": \"\\n\"}")
                .json(
                        """
                        {"jsonrpc": "2.0", "id": 7, "result": {"isError": false,
                          "content": [{"type": "text", "text": "return n > 1\\n"}],
                          "structuredContent": {"text": "return n > 1\\n", "finish_reason": "stop",
                            "prompt_tokens": 12, "completion_tokens": 40}}}
                        """);

        assertThat(backend.requests().getFirst())
                .returns("def f(n):\n", GenerationRequest::prompt)
                .returns("\n", GenerationRequest::suffix)
                .returns("public", GenerationRequest::tenant)
                .returns(30_000, GenerationRequest::deadlineMillis);
    }

    @Test
    void an_edit_asks_for_the_code_to_be_changed() {
        call("edit", "{\"code\": \"a = 1\\n\", \"instruction\": \"Use 2.\", \"max_tokens\": 9}");

        assertThat(backend.requests().getFirst())
                .returns("a = 1\n\n# Use 2.\n", GenerationRequest::prompt)
                .returns(Edit.KEEPING, GenerationRequest::edit)
                .returns(9, GenerationRequest::maxTokens);
    }

    @Test
    void holes_are_filled_and_the_whole_text_is_told() {
        call("infill", "{\"segments\": [\"a\", {\"hole\": true}, \"b\", {\"hole\": true}]}")
                .jsonPath("$.result.content[0].text")
                .isEqualTo("areturn n > 1\nbreturn n > 1\n");
    }

    @Test
    void every_argument_that_is_described_is_taken() {
        Map<String, Object> samples =
                Map.of(
                        "prompt",
                        "x",
                        "suffix",
                        "y",
                        "code",
                        "x",
                        "instruction",
                        "Fix it.",
                        "segments",
                        List.of("a", Map.of("hole", true)),
                        "max_tokens",
                        5,
                        "stop",
                        List.of("#"),
                        "temperature",
                        0.5,
                        "seed",
                        3,
                        "deadline_ms",
                        1000);
        byte[] listed =
                post("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}")
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBody();

        JsonNode tools = JSON.readTree(listed).at("/result/tools");
        assertThat(tools).hasSize(3);
        for (JsonNode tool : tools) {
            Map<String, Object> arguments = new HashMap<>(samples);
            arguments.keySet().retainAll(tool.at("/inputSchema/properties").propertyNames());
            assertThat(arguments).hasSameSizeAs(tool.at("/inputSchema/properties"));
            call(tool.get("name").asString(), JSON.writeValueAsString(arguments))
                    .jsonPath("$.result.isError")
                    .isEqualTo(false);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    complete | {}                                     | missing_required_parameter | prompt is missing
                    complete | {"prompt": 7}                          | invalid_value       | prompt is 7
                    complete | {"prompt": "x", "max_tokens": "many"}  | invalid_value       | max_tokens is a string
                    complete | {"prompt": "x", "max_tokens": 99999}   | invalid_value       | the context of tiny
                    complete | {"prompt": "x", "stream": true}        | unknown_parameter   | complete takes [prompt, suffix
                    edit     | {"code": "x"}                          | missing_required_parameter | instruction is missing
                    edit     | {"code": "x", "instruction": " "}      | invalid_value       | instruction is blank
                    infill   | {"segments": ["x"]}                    | invalid_value       | segments has 0 holes
                    """)
    void what_cannot_be_done_is_an_error_of_the_tool(
            String tool, String arguments, String code, String message) {
        call(tool, arguments)
                .jsonPath("$.result.isError")
                .isEqualTo(true)
                .jsonPath("$.result.structuredContent.error.code")
                .isEqualTo(code)
                .jsonPath("$.result.content[0].text")
                .value(String.class, text -> assertThat(text).contains(message));
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void what_the_backend_refuses_is_an_error_of_the_tool() {
        backend.answersWith(new Failed(ErrorCode.OVERLOADED, "Full: retry after 3 s.", true, 3));
        call("complete", "{\"prompt\": \"x\"}")
                .jsonPath("$.result.isError")
                .isEqualTo(true)
                .jsonPath("$.result.content[0].text")
                .isEqualTo("Full: retry after 3 s.");
    }

    @Test
    void who_disconnects_cancels() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        backend.answersWith(
                Flux.<GenerationEvent>never()
                        .doOnSubscribe(_ -> begun.countDown())
                        .doOnCancel(cancelled::countDown));
        Disposable request =
                WebClient.create("http://127.0.0.1:" + port)
                        .post()
                        .uri("/mcp")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(request("complete", "{\"prompt\": \"x\"}"))
                        .retrieve()
                        .toBodilessEntity()
                        .subscribe();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        request.dispose();

        assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{\"prompt\": \"" + SECRET + "\"}",
                "{\"jsonrpc\": \"2.0\", \"id\": null, \"method\": \"" + SECRET + "\"}",
                "{\"jsonrpc\": \"2.0\", \"id\": [], \"method\": \"" + SECRET + "\"}",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": \"" + SECRET + "\"}",
                "{\"" + SECRET
            })
    void what_is_no_message_is_refused_and_not_repeated(String body, CapturedOutput output) {
        post(body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("invalid_json")
                .jsonPath("$.error.message")
                .value(String.class, it -> assertThat(it).contains("tools/list"));
        assertThat(output).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\"}",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\": {}}",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\": 7}",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\":"
                        + " {\"name\": \"s3cret\"}}",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"s3cret\"}"
            })
    void what_the_protocol_does_not_have_is_its_error(String body, CapturedOutput output) {
        post(body)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.id")
                .isEqualTo(1)
                .jsonPath("$.error.code")
                .value(Integer.class, code -> assertThat(code).isNegative());
        assertThat(output).doesNotContain(SECRET);
    }

    @Test
    void a_notification_is_taken_and_there_is_no_stream_to_open(CapturedOutput output) {
        post("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}")
                .expectStatus()
                .isAccepted();
        post("{\"jsonrpc\": \"2.0\", \"method\": \"" + SECRET + "\"}").expectStatus().isAccepted();
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.DELETE)) {
            client.method(method).uri("/mcp").exchange().expectStatus().isEqualTo(405);
        }
        assertThat(output).doesNotContain(SECRET);
    }

    private WebTestClient.BodyContentSpec call(String tool, String arguments) {
        return post(request(tool, arguments)).expectStatus().isOk().expectBody();
    }

    private static String request(String tool, String arguments) {
        return """
        {"jsonrpc": "2.0", "id": 7, "method": "tools/call",
         "params": {"name": "%s", "arguments": %s}}
        """
                .formatted(tool, arguments);
    }

    private WebTestClient.ResponseSpec post(String body) {
        return client.post()
                .uri("/mcp")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
