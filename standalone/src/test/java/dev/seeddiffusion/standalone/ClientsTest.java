package dev.seeddiffusion.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiModelCatalog;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.seeddiffusion.inference.Waiting;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import reactor.core.publisher.Flux;

/** Clients that people use, unchanged, against the running platform. */
class ClientsTest {

    private static final String BASE = ShippedModel.uri() + "/v1";
    private static final String KEY = "none is asked for";
    private static final String MODEL = "nano";
    private static final String PROMPT =
            "def sum_even(numbers):\n    \"\"\"Return the sum of the even numbers in numbers.\"\"\"\n";

    /** Long enough to be cut off. */
    private static final int MANY_TOKENS = 300;

    private final OpenAIClient openai =
            OpenAIOkHttpClient.builder().baseUrl(BASE).apiKey(KEY).maxRetries(0).build();

    @Test
    void openai_java_lists_models() {
        assertThat(openai.models().list().data()).map(Model::id).containsExactly(MODEL);
    }

    @Test
    void openai_java_completes_and_fills_holes() {
        CompletionCreateParams.Builder params =
                CompletionCreateParams.builder().model(MODEL).prompt(PROMPT).maxTokens(96);

        Completion completion = openai.completions().create(params.n(2).logprobs(0).build());

        assertThat(completion.choices()).hasSize(2);
        assertThat(completion.choices().getFirst().logprobs().orElseThrow().tokens().orElseThrow())
                .isNotEmpty();
        assertThat(completion.usage().orElseThrow().completionTokens()).isPositive();
        String filled =
                openai.completions()
                        .create(params.n(1).suffix("\n    return total\n").build())
                        .choices()
                        .getFirst()
                        .text();
        assertThat(filled).isNotBlank();
    }

    @Test
    void openai_java_chats_and_streams() {
        ChatCompletionCreateParams params = chat(96).build();
        ChatCompletion whole = openai.chat().completions().create(params);
        String text = whole.choices().getFirst().message().content().orElseThrow();
        assertThat(text).isNotBlank();

        try (StreamResponse<ChatCompletionChunk> stream =
                openai.chat().completions().createStreaming(params)) {
            String streamed =
                    stream.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .flatMap(choice -> choice.delta().content().stream())
                            .collect(Collectors.joining());
            assertThat(streamed).isEqualTo(text);
        }
    }

    @Test
    void openai_java_skips_drafts() {
        ChatCompletionCreateParams params =
                chat(96).putAdditionalBodyProperty("diffusing", JsonValue.from(true)).build();
        try (StreamResponse<ChatCompletionChunk> stream =
                openai.chat().completions().createStreaming(params)) {
            assertThat(stream.stream())
                    .anyMatch(chunk -> chunk._additionalProperties().containsKey("diffusion"));
        }
    }

    @Test
    void openai_java_is_told_which_parameter_is_wrong() {
        assertThatThrownBy(() -> openai.chat().completions().create(chat(4).topLogprobs(3).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        error -> assertThat(error.param()).hasValue("top_logprobs"));
    }

    @Test
    void openai_java_cancels() throws InterruptedException {
        double before = ShippedModel.count("inference.steps.after_cancel");
        try (StreamResponse<ChatCompletionChunk> stream =
                openai.chat()
                        .completions()
                        .createStreaming(
                                chat(MANY_TOKENS)
                                        .putAdditionalBodyProperty(
                                                "decoding", JsonValue.from("autoregressive"))
                                        .build())) {
            Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
            assertThat(chunks.next().choices()).isNotEmpty();
        }
        requireStopped(before);
    }

    @Test
    void spring_ai_chats_streams_and_cancels() throws InterruptedException {
        OpenAiChatModel model =
                OpenAiChatModel.builder()
                        .options(
                                OpenAiChatOptions.builder()
                                        .baseUrl(BASE)
                                        .apiKey(KEY)
                                        .model(MODEL)
                                        .maxTokens(96)
                                        .temperature(0.0)
                                        .maxRetries(0)
                                        .build())
                        .build();
        String text = model.call(PROMPT);
        assertThat(text).isNotBlank();
        List<String> streamed =
                model.stream(new Prompt(PROMPT))
                        .flatMapIterable(answer -> answer.getResults())
                        .mapNotNull(result -> result.getOutput().getText())
                        .collectList()
                        .blockOptional(Waiting.PATIENCE)
                        .orElseThrow();
        assertThat(String.join("", streamed)).isEqualTo(text);
        assertThatThrownBy(
                        () ->
                                model.call(
                                        new Prompt(
                                                PROMPT,
                                                OpenAiChatOptions.builder()
                                                        .model("another")
                                                        .build())))
                .hasMessageContaining("ask for 'nano'");

        double before = ShippedModel.count("inference.steps.after_cancel");
        Flux<?> cancelled = model.stream(new Prompt(PROMPT)).take(1);
        assertThat(cancelled.blockLast(Waiting.PATIENCE)).isNotNull();
        requireStopped(before);
    }

    /** The configuration that docs/api.md shows. */
    @Test
    void a_spring_application_chats_through_chat_client() {
        ChatClient client =
                ChatClient.create(
                        OpenAiChatModel.builder()
                                .options(
                                        OpenAiChatOptions.builder()
                                                .baseUrl(BASE)
                                                .apiKey(KEY)
                                                .model(MODEL)
                                                .temperature(0.0)
                                                .extraBody(Map.of("decoding", "lossless"))
                                                .build())
                                .build());

        String edited =
                client.prompt()
                        .system("You write Python.")
                        .user("Fix the bug.\n```\n" + PROMPT + "    return sum(numbers[1:])\n```")
                        .call()
                        .content();
        List<String> streamed =
                client.prompt(PROMPT).stream()
                        .content()
                        .collectList()
                        .blockOptional(Waiting.PATIENCE)
                        .orElseThrow();

        assertThat(edited).startsWith(PROMPT);
        assertThat(streamed).hasSizeGreaterThan(1);
        assertThat(String.join("", streamed)).contains("return");
    }

    @Test
    void langchain4j_lists_completes_chats_and_streams() throws Exception {
        assertThat(OpenAiModelCatalog.builder().baseUrl(BASE).apiKey(KEY).build().listModels())
                .map(it -> it.name())
                .containsExactly(MODEL);
        String completed =
                OpenAiLanguageModel.builder()
                        .baseUrl(BASE)
                        .apiKey(KEY)
                        .modelName(MODEL)
                        .build()
                        .generate(PROMPT)
                        .content();
        assertThat(completed).isNotBlank();

        assertThat(stream(MODEL).get(30, TimeUnit.SECONDS)).isEqualTo(completed);
        assertThatThrownBy(() -> stream("another").get(30, TimeUnit.SECONDS))
                .rootCause()
                .hasMessageContaining("ask for 'nano'");
    }

    private static CompletableFuture<String> stream(String model) {
        CompletableFuture<String> said = new CompletableFuture<>();
        OpenAiStreamingChatModel.builder()
                .baseUrl(BASE)
                .apiKey(KEY)
                .modelName(model)
                .build()
                .chat(
                        PROMPT,
                        new StreamingChatResponseHandler() {
                            @Override
                            public void onCompleteResponse(ChatResponse response) {
                                said.complete(response.aiMessage().text());
                            }

                            @Override
                            public void onError(Throwable error) {
                                said.completeExceptionally(error);
                            }
                        });
        return said;
    }

    private static ChatCompletionCreateParams.Builder chat(int maxTokens) {
        return ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addSystemMessage("You write Python.")
                .addUserMessage(PROMPT)
                .temperature(0)
                .maxCompletionTokens(maxTokens);
    }

    /** A step that was under way when the client left may end, and no other is made. */
    private static void requireStopped(double before) throws InterruptedException {
        Waiting.until(() -> ShippedModel.gauge("inference.generations.active") == 0);
        assertThat(ShippedModel.count("inference.steps.after_cancel") - before)
                .isLessThanOrEqualTo(1);
    }
}
