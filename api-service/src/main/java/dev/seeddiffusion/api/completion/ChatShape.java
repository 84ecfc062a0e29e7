package dev.seeddiffusion.api.completion;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.seeddiffusion.common.generation.PlacedToken;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Chat completions.
 *
 * @param lead put before the text of each message
 * @param trail put after it
 */
record ChatShape(String lead, String trail) implements AnswerShape {

    /** Nothing but the text. */
    static final ChatShape PLAIN = new ChatShape("", "");

    private static final String ASSISTANT = "assistant";

    /**
     * @param refusal always null, but OpenAI's clients look for it
     */
    record Said(String role, String content, @Nullable String refusal) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record Message(
            int index,
            Said message,
            @Nullable Logprobs logprobs,
            @Nullable String finishReason,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<PlacedToken> provenance)
            implements Answer.Choice {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Addition(@Nullable String role, @Nullable String content) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record Delta(
            int index,
            Addition delta,
            @Nullable Logprobs logprobs,
            @Nullable String finishReason,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<PlacedToken> provenance)
            implements Answer.Choice {}

    record Logprobs(List<TokenLogprob> content) {

        static @Nullable Logprobs of(AnswerShape.Details tokens) {
            return tokens.logprobs()
                    ? new Logprobs(tokens.placed().stream().map(TokenLogprob::of).toList())
                    : null;
        }
    }

    /**
     * @param bytes always null: of a token that is a part of a character they are not kept
     * @param topLogprobs always empty: alternatives are not kept
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record TokenLogprob(
            String token, double logprob, @Nullable List<Integer> bytes, List<Object> topLogprobs) {

        static TokenLogprob of(PlacedToken token) {
            return new TokenLogprob(token.text(), Answer.logProbability(token), null, List.of());
        }
    }

    @Override
    public String prefix() {
        return "chatcmpl-";
    }

    @Override
    public String whole() {
        return "chat.completion";
    }

    @Override
    public String chunk() {
        return "chat.completion.chunk";
    }

    @Override
    public Optional<Answer.Choice> opening(int index) {
        return Optional.of(new Delta(index, new Addition(ASSISTANT, lead), null, null, null));
    }

    @Override
    public Message choice(Piece whole) {
        return new Message(
                whole.index(),
                new Said(ASSISTANT, whole.text(), null),
                Logprobs.of(whole.tokens()),
                whole.finishReason(),
                provenance(whole.tokens()));
    }

    @Override
    public Delta delta(Piece piece) {
        return new Delta(
                piece.index(),
                new Addition(null, piece.text().isEmpty() ? null : piece.text()),
                Logprobs.of(piece.tokens()),
                piece.finishReason(),
                provenance(piece.tokens()));
    }

    private static @Nullable List<PlacedToken> provenance(Details tokens) {
        return tokens.provenance() ? tokens.placed() : null;
    }
}
