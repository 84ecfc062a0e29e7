package dev.seeddiffusion.api.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.ChatMessage;
import dev.seeddiffusion.common.generation.Edit;
import dev.seeddiffusion.common.generation.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.json.JsonMapper;

/** The endpoints in the form of a chat, and the other ones that OpenAI does not have. */
@ApiServiceTest
class ChatTest {

    private static final String CODE = "def f(n):\n    return n\n";

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
    void an_answer_has_the_shape_that_openais_clients_read() {
        post(
                        "/v1/chat/completions",
                        """
                        {"model": "tiny", "messages": [
                          {"role": "system", "content": "Be brief."},
                          {"role": "user", "content": [{"type": "text", "text": "def f(n):\\n"}]}],
                         "max_completion_tokens": 16, "response_format": {"type": "text"},
                         "logprobs": true, "top_logprobs": 0}
                        """)
                .expectStatus()
                .isOk()
                .expectBody()
                .json(
                        """
                        {"object": "chat.completion", "model": "tiny",
                         "choices": [{"index": 0, "finish_reason": "stop",
                           "message": {"role": "assistant", "content": "return n > 1\\n"},
                           "logprobs": {"content": [{"token": "return n"}, {}, {}]}}],
                         "usage": {"prompt_tokens": 12, "total_tokens": 52}}
                        """)
                .jsonPath("$.id")
                .value(String.class, id -> assertThat(id).startsWith("chatcmpl-"));

        assertThat(backend.requests().getFirst())
                .returns("def f(n):\n", GenerationRequest::prompt)
                .returns(16, GenerationRequest::maxTokens)
                .returns(null, GenerationRequest::edit);
    }

    @Test
    void a_stream_begins_with_the_role_and_ends_with_the_reason() {
        String stream = stream("/v1/chat/completions", "def f(n):\n");

        assertThat(stream)
                .containsSubsequence(
                        "\"object\":\"chat.completion.chunk\"",
                        "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}",
                        "\"delta\":{\"content\":\"return n\"}",
                        "\"delta\":{\"content\":\" > 1\\n\"}",
                        "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"",
                        "data: [DONE]");
    }

    @Test
    void a_model_that_can_converse_is_told_the_whole_conversation() {
        client.post()
                .uri("/v1/chat/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        """
                        {"messages": [{"role": "system", "content": "Be brief."},
                          {"role": "user", "content": "def f(n):"}]}
                        """)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();

        assertThat(backend.requests().getFirst().messages())
                .containsExactly(
                        new ChatMessage("system", "Be brief."),
                        new ChatMessage("user", "def f(n):"));
        assertThat(backend.requests().getFirst().prompt()).isEqualTo("def f(n):");
    }

    @Test
    void a_fenced_block_with_words_around_it_is_code_to_be_changed() {
        post("/v1/chat/completions", "Fix the bug.\n```python\n" + CODE + "```\n", false)
                .expectStatus()
                .isOk()
                .expectBody();

        assertThat(backend.requests().getFirst())
                .returns(CODE + "\n# Fix the bug.\n", GenerationRequest::prompt)
                .returns(Edit.KEEPING, GenerationRequest::edit);
    }

    @Test
    void an_edit_rewrites_the_region_that_is_marked() {
        String message =
                """
                <|recently_viewed_code_snippets|>
                <|/recently_viewed_code_snippets|>

                <|current_file_content|>
                current_file_path: a.py
                import os
                <|code_to_edit|>
                def f(n):
                    return <|cursor|>n
                <|/code_to_edit|>
                <|/current_file_content|>

                <|edit_diff_history|>
                <|/edit_diff_history|>
                """;
        post("/v1/edit/completions", message, false)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.choices[0].message.content")
                .isEqualTo("```\nreturn n > 1\n\n```");
        post("/v1/edit/completions", message + "Return its square.\n", false)
                .expectStatus()
                .isOk()
                .expectBody();

        assertThat(backend.requests())
                .map(GenerationRequest::prompt)
                .containsExactly(CODE + "\n# Fix the bug.\n", CODE + "\n# Return its square.\n");
        assertThat(backend.requests()).allMatch(it -> it.edit() == Edit.KEEPING);
        assertThat(stream("/v1/edit/completions", message))
                .containsSubsequence(
                        "\"content\":\"```\\n\"", "\"content\":\"\\n```\"", "\"stop\"");
    }

    @Test
    void an_update_is_applied_to_code() {
        String message =
                "<|original_code|>\n"
                        + CODE
                        + "<|/original_code|>\n\n"
                        + "<|update_snippet|>\nReturn\nits square.\n<|/update_snippet|>";
        post("/v1/apply/completions", message, false)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.choices[0].message.content")
                .isEqualTo("return n > 1\n");

        assertThat(backend.requests().getFirst().prompt())
                .isEqualTo(CODE + "\n# Return\n# its square.\n");
    }

    @Test
    void holes_are_filled_in_turn_and_kept_text_is_as_it_was() {
        post(
                        "/v1/infill",
                        """
                        {"segments": ["a\\r\\n", "b", {"hole": true}, "\\tc\\u00e9", {"hole": true}]}
                        """)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.text")
                .isEqualTo("a\r\nbreturn n > 1\n\tc\u00e9return n > 1\n")
                .jsonPath("$.choices[*].index")
                .isEqualTo(List.of(0, 1))
                .jsonPath("$.usage.prompt_tokens")
                .isEqualTo(24);

        assertThat(backend.requests())
                .map(GenerationRequest::prompt)
                .containsExactly("a\r\nb", "a\r\nbreturn n > 1\n\tc\u00e9");
        assertThat(backend.requests())
                .map(GenerationRequest::suffix)
                .containsExactly("\tc\u00e9", "");
    }

    @Test
    void tokens_are_told_and_taken_back() {
        post("/tokenize", "{\"model\":\"tiny\",\"prompt\":\"ab\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .json("{\"count\":2,\"max_model_len\":2048,\"tokens\":[97,98]}");
        post("/detokenize", "{\"tokens\":[97,98]}")
                .expectStatus()
                .isOk()
                .expectBody()
                .json("{\"prompt\":\"ab\"}");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    /v1/chat/completions | {}                                                 | messages | messages is missing
                    /v1/chat/completions | {"messages":"x"}                                   | messages | messages is a string
                    /v1/chat/completions | {"messages":[]}                                    | messages | none of the user
                    /v1/chat/completions | {"messages":[7]}                                   | messages | messages is
                    /v1/chat/completions | {"messages":[{"role":"tool","content":"x"}]}       | messages | none of
                    /v1/chat/completions | {"messages":[{"role":"user","content":[{"type":"image_url"}]}]} | messages | text only
                    /v1/chat/completions | {"messages":[{"role":"user","content":null}]}      | messages | messages is
                    /v1/chat/completions | {"messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_object"}} | response_format | not guaranteed
                    /v1/chat/completions | {"messages":[{"role":"user","content":"x"}],"tools":[{}]} | tools | tools is not supported
                    /v1/chat/completions | {"messages":[{"role":"user","content":"x"}],"top_logprobs":3} | top_logprobs | not kept
                    /v1/chat/completions | {"messages":[{"role":"user","content":"x"}],"presence_penalty":1.5} | presence_penalty | presence_penalty
                    /v1/edit/completions | {"messages":[{"role":"user","content":"x"}]}       | messages | <|code_to_edit|>
                    /v1/apply/completions | {"messages":[{"role":"user","content":"x"}]}      | messages | <|original_code|>
                    /v1/infill           | {}                                                 | segments | segments is missing
                    /v1/infill           | {"segments":["x"]}                                 | segments | segments has 0 holes
                    /v1/infill           | {"segments":[{"hole":false}]}                      | segments | segments is an object
                    /v1/infill           | {"segments":[{"hole":true}],"n":2}                 | n        | n is for one text
                    /tokenize            | {}                                                 | prompt   | prompt is missing
                    /detokenize          | {"tokens":[-1]}                                    | tokens   | tokens is -1
                    /detokenize          | {"tokens":[99999]}                                 | tokens   | no token of the model
                    """)
    void what_cannot_be_served_is_named(String path, String body, String param, String message) {
        post(path, body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.param")
                .isEqualTo(param)
                .jsonPath("$.error.message")
                .value(String.class, is -> assertThat(is).contains(message));
        assertThat(backend.requests()).isEmpty();
    }

    private String stream(String path, String said) {
        return new String(
                post(path, said, true)
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBody(),
                StandardCharsets.UTF_8);
    }

    private WebTestClient.ResponseSpec post(String path, String said, boolean stream) {
        String text = new JsonMapper().writeValueAsString(said);
        return post(
                path,
                "{\"messages\":[{\"role\":\"user\",\"content\":%s}],\"stream\":%s}"
                        .formatted(text, stream));
    }

    private WebTestClient.ResponseSpec post(String path, String body) {
        return client.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
