package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the {@code messages} of a chat. */
final class Messages {

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
    private static final String WANTED =
            "an array of {\"role\": \"system\", \"user\" or \"assistant\", \"content\": text}";

    private Messages() {}

    /**
     * All of them, one of the user among them.
     *
     * @throws ApiException 400 that names {@code messages}
     */
    static List<ChatMessage> read(@Nullable JsonNode messages) {
        if (messages == null) {
            throw ApiException.missing("messages", "send " + WANTED);
        }
        if (!messages.isArray()) {
            throw Parameters.mustBe("messages", WANTED, messages);
        }
        List<ChatMessage> conversation = new ArrayList<>();
        for (JsonNode message : messages) {
            String role = Parameters.text("messages", message.path("role"), WANTED);
            if (!ROLES.contains(role)) {
                throw ApiException.invalid(
                        "messages", "messages has a role that is none of " + ROLES + ".");
            }
            conversation.add(new ChatMessage(role, content(message.path("content"))));
        }
        if (conversation.stream().noneMatch(Messages::isUsers)) {
            throw ApiException.invalid(
                    "messages", "messages has none of the user, whose last is answered: add one.");
        }
        return conversation;
    }

    private static boolean isUsers(ChatMessage message) {
        return message.role().equals("user");
    }

    /** What the user said last. */
    static String lastOfUser(List<ChatMessage> conversation) {
        return conversation.stream()
                .filter(Messages::isUsers)
                .reduce((_, later) -> later)
                .orElseThrow()
                .content();
    }

    /** A string, or an array of parts that are text. */
    private static String content(JsonNode content) {
        if (!content.isArray()) {
            return Parameters.text("messages", content, WANTED);
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!"text".equals(part.path("type").asStringOpt().orElse(null))) {
                throw ApiException.invalid("messages", "messages may hold parts of text only.");
            }
            text.append(Parameters.text("messages", part.path("text"), WANTED));
        }
        return text.toString();
    }
}
