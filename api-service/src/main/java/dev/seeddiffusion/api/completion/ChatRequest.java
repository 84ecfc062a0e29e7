package dev.seeddiffusion.api.completion;

import static dev.seeddiffusion.api.completion.Messages.lastOfUser;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.ChatMessage;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

/** Reads the requests that have the form of a chat. */
final class ChatRequest {

    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    private ChatRequest() {}

    /** What the last message of the user asks for, and how it is answered. */
    private record Asked(Work work, ChatShape shape) {}

    /**
     * {@code /v1/chat/completions}.
     *
     * @throws ApiException 400 that names the first parameter at fault
     */
    static Question conversation(Parameters parameters) {
        return read(
                parameters,
                said ->
                        new Asked(
                                ChatPrompt.of(lastOfUser(said)).answering(said), ChatShape.PLAIN));
    }

    /** {@code /v1/edit/completions}: answered in a code fence, as editors expect it. */
    static Question edit(Parameters parameters) {
        return read(
                parameters,
                said ->
                        new Asked(
                                TaggedCode.edit(lastOfUser(said)),
                                new ChatShape("```\n", "\n```")));
    }

    /** {@code /v1/apply/completions}. */
    static Question apply(Parameters parameters) {
        return read(
                parameters, said -> new Asked(TaggedCode.apply(lastOfUser(said)), ChatShape.PLAIN));
    }

    private static Question read(Parameters parameters, Function<List<ChatMessage>, Asked> work) {
        Asked asked = work.apply(Messages.read(parameters.take("messages")));
        boolean logprobs = parameters.flag("logprobs");
        boolean named = parameters.has(MAX_COMPLETION_TOKENS);
        String most = named ? MAX_COMPLETION_TOKENS : MAX_TOKENS;
        SamplingRequest sampling = SamplingRequest.take(parameters, most, logprobs);
        parameters.unsupported(
                named ? MAX_TOKENS : MAX_COMPLETION_TOKENS,
                _ -> false,
                "there is " + most + " already, which means the same");
        requireText(parameters.object("response_format"));
        refuseUnsupported(parameters);
        parameters.refuseRest();
        return new Question(sampling, asked.work(), asked.shape());
    }

    /** What is written is not checked against JSON or a schema, so neither is promised. */
    private static void requireText(@Nullable Parameters format) {
        if (format == null) {
            return;
        }
        String type = format.string("type");
        if (!"text".equals(type)) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "response_format",
                    "unsupported_parameter",
                    "response_format can only be of type text: another form is not guaranteed.");
        }
        format.refuseRest();
    }

    private static void refuseUnsupported(Parameters parameters) {
        parameters.unsupported(
                "top_logprobs", SamplingRequest.isNumber(0), "alternatives are not kept");
        parameters.unsupported("tools", ChatRequest::isEmpty, "leave it out");
        parameters.unsupported("tool_choice", isText("none"), "leave it out");
        parameters.unsupported("parallel_tool_calls", _ -> false, "leave it out");
        parameters.unsupported("modalities", ChatRequest::isTextOnly, "only text is written");
        parameters.unsupported("store", isFalse(), "nothing is stored, leave it out");
        parameters.unsupported("nextEdit", isFalse(), "send edits to /v1/edit/completions");
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isArray() && value.isEmpty();
    }

    private static boolean isTextOnly(JsonNode value) {
        return value.isArray() && value.size() == 1 && isText("text").test(value.get(0));
    }

    private static Predicate<JsonNode> isText(String text) {
        return value -> value.isString() && value.stringValue().equals(text);
    }

    private static Predicate<JsonNode> isFalse() {
        return value -> value.isBoolean() && !value.booleanValue();
    }
}
