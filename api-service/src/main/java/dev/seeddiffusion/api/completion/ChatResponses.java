package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.Usage;
import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * Answers in the form of Spring AI, with the ids and finish reasons of the endpoint.
 *
 * @param model that writes
 */
record ChatResponses(String requestId, ModelDescription model) {

    /** What a stream adds to its text. */
    ChatResponse piece(String text) {
        return new ChatResponse(
                List.of(new Generation(new AssistantMessage(text))), metadata().build());
    }

    ChatResponse ended(List<Generation> texts, Usage usage) {
        return new ChatResponse(
                texts,
                metadata()
                        .usage(
                                new DefaultUsage(
                                        usage.promptTokens(),
                                        usage.completionTokens(),
                                        null,
                                        null,
                                        (long) usage.cachedTokens(),
                                        null))
                        .build());
    }

    static Generation ended(String text, FinishReason reason) {
        return new Generation(
                new AssistantMessage(text),
                ChatGenerationMetadata.builder().finishReason(AnswerWriter.name(reason)).build());
    }

    private ChatResponseMetadata.Builder metadata() {
        return ChatResponseMetadata.builder()
                .id(ChatShape.PLAIN.prefix() + requestId)
                .model(model.id());
    }
}
