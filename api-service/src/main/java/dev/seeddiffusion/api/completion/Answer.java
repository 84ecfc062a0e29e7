package dev.seeddiffusion.api.completion;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * OpenAI's completion object, of texts or of chat, which is also each chunk of a stream.
 *
 * @param created seconds since 1970
 * @param text ours, of an infill that is answered whole: the text with its holes filled
 * @param usage absent but in a whole completion and in the last chunk of a stream that asked for it
 * @param diffusion ours; clients that do not know it skip it
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record Answer(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @Nullable String text,
        @Nullable TokenUsage usage,
        @Nullable Diffusion diffusion) {

    /** One text, or what a chunk adds to it. */
    sealed interface Choice permits TextShape.Text, ChatShape.Message, ChatShape.Delta {}

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
        @JsonNaming(SnakeCaseStrategy.class)
        record Draft(
                int block,
                int step,
                String text,
                int committedTokens,
                List<String> tokens,
                List<Float> confidences,
                List<Integer> changed)
                implements Diffusion {

            static Draft of(Drafted draft) {
                return new Draft(
                        draft.blockIndex(),
                        draft.step(),
                        draft.text(),
                        draft.committedTokens(),
                        draft.tokens(),
                        draft.confidences(),
                        draft.changed());
            }
        }
    }

    /** Natural logarithm of the model's probability; of an impossible token what JSON can hold. */
    static double logProbability(PlacedToken token) {
        return Math.log(Math.max(token.confidence(), Float.MIN_VALUE));
    }
}
