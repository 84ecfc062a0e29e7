package dev.seeddiffusion.api.completion;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What became of a task.
 *
 * @param text what belongs behind the prompt, the changed code, or the text with its holes filled
 * @param finishReason {@code stop}, or {@code length} if a limit cut the text off
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Written(String text, String finishReason, int promptTokens, int completionTokens) {

    static Written of(Answer answer) {
        List<TextShape.Text> texts =
                answer.choices().stream().map(TextShape.Text.class::cast).toList();
        return new Written(
                answer.text() == null ? texts.getFirst().text() : answer.text(),
                texts.stream().anyMatch(text -> "length".equals(text.finishReason()))
                        ? "length"
                        : "stop",
                answer.usage().promptTokens(),
                answer.usage().completionTokens());
    }
}
