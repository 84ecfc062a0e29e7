package dev.seeddiffusion.api.completion;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.seeddiffusion.common.generation.PlacedToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Plain completions.
 *
 * @param lead repeated before each text
 * @param prompt which the offsets of tokens count from
 */
record TextShape(String lead, String prompt) implements AnswerShape {

    /** Clients look for {@code logprobs}, so it is there even if it is null. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Text(
            String text,
            int index,
            @Nullable Logprobs logprobs,
            @Nullable String finishReason,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<PlacedToken> provenance)
            implements Answer.Choice {}

    /**
     * OpenAI's parallel lists.
     *
     * @param topLogprobs always null: alternatives are not kept
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Logprobs(
            List<String> tokens,
            List<Double> tokenLogprobs,
            @Nullable List<Object> topLogprobs,
            List<Integer> textOffset) {

        static Logprobs of(List<PlacedToken> placed, int offset) {
            List<Integer> offsets = new ArrayList<>();
            int at = offset;
            for (PlacedToken token : placed) {
                offsets.add(at);
                at += token.text().codePointCount(0, token.text().length());
            }
            return new Logprobs(
                    placed.stream().map(PlacedToken::text).toList(),
                    placed.stream().map(Answer::logProbability).toList(),
                    null,
                    offsets);
        }
    }

    @Override
    public String prefix() {
        return "cmpl-";
    }

    @Override
    public String whole() {
        return "text_completion";
    }

    @Override
    public String chunk() {
        return "text_completion";
    }

    @Override
    public String trail() {
        return "";
    }

    @Override
    public Optional<Answer.Choice> opening(int index) {
        return lead.isEmpty()
                ? Optional.empty()
                : Optional.of(new Text(lead, index, null, null, null));
    }

    @Override
    public Text choice(Piece whole) {
        Details tokens = whole.tokens();
        int offset = prompt.codePointCount(0, prompt.length()) + whole.offset();
        return new Text(
                whole.text(),
                whole.index(),
                tokens.logprobs() ? Logprobs.of(tokens.placed(), offset) : null,
                whole.finishReason(),
                tokens.provenance() ? tokens.placed() : null);
    }

    @Override
    public Text delta(Piece piece) {
        return choice(piece);
    }
}
