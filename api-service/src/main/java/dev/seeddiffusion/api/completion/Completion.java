package dev.seeddiffusion.api.completion;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.seeddiffusion.common.generation.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * OpenAI's completion object, which is also each chunk of a stream.
 *
 * @param id {@code cmpl-} and the id of the request, as logs and metrics have it
 * @param created seconds since 1970
 * @param usage absent but in a whole completion and in the last chunk of a stream that asked for it
 * @param diffusion ours; clients that do not know it skip it
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record Completion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @Nullable TokenUsage usage,
        @Nullable Diffusion diffusion) {

    /**
     * @param logprobs always null, but OpenAI's clients look for it
     * @param finishReason null until the text has ended
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Choice(
            String text, int index, @Nullable Object logprobs, @Nullable String finishReason) {

        static Choice of(String text, @Nullable String finishReason) {
            return new Choice(text, 0, null, finishReason);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record TokenUsage(
            int promptTokens,
            int completionTokens,
            int totalTokens,
            PromptTokensDetails promptTokensDetails) {

        static TokenUsage of(Usage usage) {
            return new TokenUsage(
                    usage.promptTokens(),
                    usage.completionTokens(),
                    usage.promptTokens() + usage.completionTokens(),
                    new PromptTokensDetails(usage.cachedTokens()));
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record PromptTokensDetails(int cachedTokens) {}

    /** What only a diffusion model has to say. */
    sealed interface Diffusion {

        /** What the text cost, beside {@code usage}. */
        @JsonNaming(SnakeCaseStrategy.class)
        record Cost(int forwards, int denoisingSteps, double tokensPerForward)
                implements Diffusion {

            static Cost of(Usage usage) {
                double tokensPerForward =
                        (double) usage.completionTokens() / Math.max(1, usage.forwards());
                return new Cost(usage.forwards(), usage.denoisingSteps(), tokensPerForward);
            }
        }

        /** The canvas of a block as it stands, in a chunk whose own text is empty. */
        record Draft(int block, int step, String text) implements Diffusion {}
    }
}
