package dev.seeddiffusion.api.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.Edit;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/** Spring AI's way to the model, beside the endpoint that means the same. */
@ApiServiceTest
class DiffusionChatModelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String OPERATION = "gen_ai.client.operation";
    private static final String SAID = "def secret(n):\n";

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;
    @Autowired private DiffusionChatModels models;
    @Autowired private ObservationRegistry observations;
    @Autowired private MeterRegistry meters;
    private DiffusionChatModel model;

    @BeforeEach
    void begin() {
        backend.recovers();
        model = models.of(new Caller("acme", "a test"));
    }

    @Test
    void what_it_says_at_once_and_in_pieces_is_what_the_endpoint_says() {
        String endpoint = endpoint(false);

        ChatResponse whole = model.call(new Prompt(SAID));
        List<ChatResponse> pieces =
                model.stream(new Prompt(SAID)).collectList().blockOptional(PATIENCE).orElseThrow();

        assertThat(whole.getResult().getOutput().getText()).isEqualTo("return n > 1\n");
        assertThat(JsonMapper.shared().readTree(endpoint).at("/choices/0/message/content"))
                .hasToString(JsonMapper.shared().writeValueAsString("return n > 1\n"));
        assertThat(pieces)
                .map(piece -> piece.getResult().getOutput().getText())
                .containsExactly("return n", " > 1\n", "");
        for (ChatResponse end : List.of(whole, pieces.getLast())) {
            assertThat(end.getResult().getMetadata().getFinishReason()).isEqualTo("stop");
            assertThat(end.getMetadata().getModel()).isEqualTo("tiny");
            assertThat(end.getMetadata().getId()).startsWith("chatcmpl-");
            assertThat(end.getMetadata().getUsage().getPromptTokens()).isEqualTo(12);
            assertThat(end.getMetadata().getUsage().getTotalTokens()).isEqualTo(52);
            assertThat(end.getMetadata().getUsage().getCacheReadInputTokens()).isEqualTo(8);
        }
        assertThat(backend.requests())
                .map(GenerationRequest::prompt)
                .containsExactly(SAID, SAID, SAID);
        assertThat(backend.requests())
                .map(GenerationRequest::tenant)
                .containsExactly("public", "acme", "acme");
    }

    @Test
    void options_are_those_of_the_endpoint() {
        model.call(
                new Prompt(
                        List.of(
                                new SystemMessage("Be brief."),
                                new UserMessage("Fix the bug.\n```\na = 1\n```")),
                        DiffusionChatOptions.builder()
                                .model("tiny")
                                .maxTokens(16)
                                .temperature(0.5)
                                .topP(0.9)
                                .stopSequences(List.of("#"))
                                .seed(7L)
                                .decoding("fast")
                                .deadlineMillis(900)
                                .build()));

        assertThat(backend.requests().getFirst())
                .returns("a = 1\n\n# Fix the bug.\n", GenerationRequest::prompt)
                .returns(Edit.KEEPING, GenerationRequest::edit)
                .returns(16, GenerationRequest::maxTokens)
                .returns(0.5, GenerationRequest::temperature)
                .returns(0.9, GenerationRequest::topP)
                .returns(List.of("#"), GenerationRequest::stop)
                .returns(7L, GenerationRequest::seed)
                .returns(Decoding.DIFFUSION, GenerationRequest::decoding)
                .returns(900, GenerationRequest::deadlineMillis);
    }

    @Test
    void what_is_not_supported_is_refused_by_name() {
        ChatOptions.Builder<?> common = ChatOptions.builder();
        requireRefused(new Prompt(SAID, common.topK(3).build()), "top_k");
        requireRefused(new Prompt(SAID, common.topK(null).temperature(9.0).build()), "temperature");
        requireRefused(
                new Prompt(SAID, DiffusionChatOptions.builder().presencePenalty(1.0).build()),
                "presence_penalty");
        requireRefused(
                new Prompt(SAID, DiffusionChatOptions.builder().decoding("magic").build()),
                "decoding");
        requireRefused(new Prompt(new SystemMessage(SAID)), "none of the user");
        requireRefused(
                new Prompt(
                        UserMessage.builder()
                                .text(SAID)
                                .media(
                                        new Media(
                                                MimeTypeUtils.IMAGE_PNG,
                                                URI.create("http://127.0.0.1/x.png")))
                                .build()),
                "text only");
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void a_failure_is_the_endpoints() {
        backend.answersWith(new Failed(ErrorCode.OVERLOADED, "Full.", true, 3));

        assertThatThrownBy(() -> model.call(SAID))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        error ->
                                assertThat(error.status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS));
        assertThatThrownBy(() -> model.stream(SAID).blockLast(PATIENCE)).hasMessage("Full.");
    }

    @Test
    void cancelling_a_stream_stops_the_generation() {
        backend.answersWith(
                Flux.concat(
                        Flux.fromIterable(FakeGenerationBackend.twoBlocks()).take(3),
                        Flux.never()));

        assertThat(model.stream(SAID).blockFirst(PATIENCE)).isEqualTo("return n");
        assertThat(backend.cancellations()).isEqualTo(1);
    }

    @Test
    void a_chat_client_asks_it() {
        ChatClient client =
                ChatClient.builder(model)
                        .defaultOptions(DiffusionChatOptions.builder().decoding("autoregressive"))
                        .build();

        String said =
                client.prompt()
                        .system("Be brief.")
                        .user(SAID)
                        .options(DiffusionChatOptions.builder().maxTokens(16))
                        .call()
                        .content();
        List<String> streamed =
                client.prompt(SAID).stream()
                        .content()
                        .collectList()
                        .blockOptional(PATIENCE)
                        .orElseThrow();

        assertThat(said).isEqualTo("return n > 1\n").isEqualTo(String.join("", streamed));
        assertThat(backend.requests()).map(GenerationRequest::prompt).containsExactly(SAID, SAID);
        assertThat(backend.requests().getFirst().maxTokens()).isEqualTo(16);
        assertThat(backend.requests().getLast().decoding()).isEqualTo(Decoding.AUTOREGRESSIVE);
    }

    @Test
    void chats_are_observed_wherever_they_come_from_and_nothing_that_was_said_is() {
        Seen seen = new Seen();
        observations.observationConfig().observationHandler(seen);
        double tokens = outputTokens();

        endpoint(true);
        model.call(SAID);
        backend.answersWith(new Failed(ErrorCode.OVERLOADED, "Full.", true, 3));
        assertThatThrownBy(() -> model.call(SAID)).hasMessage("Full.");

        assertThat(seen.contexts).hasSize(3);
        assertThat(seen.contexts).map(Observation.Context::getName).containsOnly(OPERATION);
        assertThat(seen.contexts.getFirst().getAllKeyValues().stream().map(Object::toString))
                .anyMatch(it -> it.contains("gen_ai.request.model") && it.contains("tiny"))
                .anyMatch(it -> it.contains("gen_ai.request.stream") && it.contains("true"))
                .anyMatch(it -> it.contains("gen_ai.usage.output_tokens") && it.contains("40"))
                .anyMatch(it -> it.contains("finish_reasons") && it.contains("stop"));
        assertThat(seen.contexts.getLast().getError()).hasMessage("Full.");
        assertThat(seen.contexts)
                .allSatisfy(
                        context ->
                                assertThat(
                                                context.getAllKeyValues()
                                                        + context.getRequest()
                                                                .getInstructions()
                                                                .toString()
                                                        + context.getResponse())
                                        .doesNotContain("secret", "return n"));
        assertThat(outputTokens() - tokens).isEqualTo(80);
        assertThat(meters.get(OPERATION).tag("gen_ai.request.model", "tiny").timers()).isNotEmpty();
    }

    private static final class Seen implements ObservationHandler<ChatModelObservationContext> {

        private final List<ChatModelObservationContext> contexts = new CopyOnWriteArrayList<>();

        @Override
        public void onStop(ChatModelObservationContext context) {
            contexts.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof ChatModelObservationContext;
        }
    }

    private double outputTokens() {
        return meters
                .find("gen_ai.client.token.usage")
                .tag("gen_ai.token.type", "output")
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void requireRefused(Prompt prompt, String message) {
        assertThatThrownBy(() -> model.call(prompt))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(message);
    }

    private String endpoint(boolean stream) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .responseTimeout(PATIENCE)
                .build()
                .post()
                .uri("/v1/chat/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        "{\"messages\":[{\"role\":\"user\",\"content\":%s}],\"stream\":%s}"
                                .formatted(JsonMapper.shared().writeValueAsString(SAID), stream))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }
}
