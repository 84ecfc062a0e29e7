package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A prompt of Spring AI as the body of {@code /v1/chat/completions}, so that one reader checks both
 * and refuses by name what is not supported.
 */
final class PromptParameters {

    private PromptParameters() {}

    /**
     * @throws ApiException 400 if the prompt holds what has no place in such a body
     */
    static Parameters of(Prompt prompt, boolean stream) {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("stream", stream);
        ArrayNode messages = body.putArray("messages");
        for (Message message : prompt.getInstructions()) {
            if (message instanceof MediaContent content && !content.getMedia().isEmpty()) {
                throw ApiException.invalid("messages", "messages may hold text only.");
            }
            messages.addObject()
                    .put("role", message.getMessageType().getValue())
                    .put("content", message.getText());
        }
        if (prompt.getOptions() != null) {
            add(prompt.getOptions(), body);
        }
        return Parameters.of(body);
    }

    /** What is null is the same as left out. */
    private static void add(ChatOptions options, ObjectNode body) {
        body.put("model", options.getModel())
                .put("max_tokens", options.getMaxTokens())
                .put("temperature", options.getTemperature())
                .put("top_p", options.getTopP())
                .put("presence_penalty", options.getPresencePenalty())
                .put("frequency_penalty", options.getFrequencyPenalty());
        if (options.getStopSequences() != null) {
            options.getStopSequences().forEach(body.putArray("stop")::add);
        }
        if (options.getTopK() != null) {
            body.put("top_k", options.getTopK());
        }
        if (options instanceof DiffusionChatOptions own) {
            body.put("seed", own.seed())
                    .put("decoding", own.decoding())
                    .put("deadline_ms", own.deadlineMillis());
        }
        if (options instanceof ToolCallingChatOptions calling
                && calling.getToolCallbacks() != null) {
            calling.getToolCallbacks()
                    .forEach(tool -> body.withArray("tools").add(tool.getToolDefinition().name()));
        }
    }
}
