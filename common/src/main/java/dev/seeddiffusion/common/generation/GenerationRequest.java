package dev.seeddiffusion.common.generation;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One generation, as the api-service asks it of a replica.
 *
 * @param requestId names the request in logs and metrics
 * @param tenant who asks; tenants whose requests wait are served in turn
 * @param prompt plain text; text that spells a special token means that text
 * @param suffix text after the output, which then fills the hole between the two; null if nothing
 *     is said of what follows. Not together with {@code edit}
 * @param messages a conversation to be answered: a model with a chat template reads it instead of
 *     the prompt, any other one leaves it. Null for none
 * @param edit how the output is to be the prompt's own text, changed in places, from its beginning
 *     on: it begins with that text, which costs almost no steps where it stays. Null for no edit
 * @param maxTokens most tokens to commit; null for as many as the model's context leaves, up to the
 *     replica's default
 * @param temperature 0 takes the likeliest token
 * @param topP share of probability to sample from, in (0, 1]
 * @param seed equal seeds give equal output
 * @param stop strings that end the output and are not part of it
 * @param decoding the model's mode; null for its default
 * @param blockTokens tokens denoised together; null for the model's default
 * @param threshold confidence from which a token is placed; null for the model's default
 * @param drafts whether {@code Drafted} events are wanted
 * @param maxSteps most denoising steps; what is final by then is the output. Null for no limit
 * @param deadlineMillis most milliseconds from the arrival at the replica on; what is written by
 *     then is the output, and a request of which nothing is written fails. Null for no such limit
 * @param resume where the output is to go on; null to begin it
 */
public record GenerationRequest(
        @NotNull String requestId,
        @NotBlank String tenant,
        @NotNull String prompt,
        @Nullable String suffix,
        @Nullable @Size(min = 1) List<@Valid ChatMessage> messages,
        @Nullable Edit edit,
        @Nullable @Positive Integer maxTokens,
        @DecimalMin("0.0") @DecimalMax("2.0") double temperature,
        @DecimalMin(value = "0.0", inclusive = false) @DecimalMax("1.0") double topP,
        long seed,
        @NotNull @Size(max = 4) List<@Size(min = 1) String> stop,
        @Nullable Decoding decoding,
        @Nullable @Positive Integer blockTokens,
        @Nullable @DecimalMin("0.0") @DecimalMax("1.0") Double threshold,
        boolean drafts,
        @Nullable @Positive Integer maxSteps,
        @Nullable @Positive @Max(MAX_DEADLINE_MILLIS) Integer deadlineMillis,
        @Nullable @Valid Resume resume) {

    /** Ten minutes. */
    public static final int MAX_DEADLINE_MILLIS = 600_000;

    /** The same, with at most so many tokens and steps. */
    public GenerationRequest within(@Nullable Integer tokens, @Nullable Integer steps) {
        return with(tokens, decoding, blockTokens, threshold, steps, deadlineMillis, resume);
    }

    /**
     * The same, to go on where another replica had come to, in that one's way.
     *
     * @param from null if it had not come to a first token
     * @param begunBy what that replica serves, whose defaults need not be the next one's; null if
     *     that is not known
     * @param remainingDeadlineMillis what is left of the request's time
     */
    public GenerationRequest resumed(
            @Nullable Resume from,
            @Nullable ModelDescription begunBy,
            @Nullable Integer remainingDeadlineMillis) {
        return with(
                maxTokens,
                either(decoding, begunBy == null ? null : begunBy.decoding()),
                either(blockTokens, begunBy == null || edit != null ? null : begunBy.blockTokens()),
                either(threshold, begunBy == null ? null : begunBy.threshold()),
                maxSteps,
                remainingDeadlineMillis,
                from);
    }

    private GenerationRequest with(
            @Nullable Integer maxTokens,
            @Nullable Decoding decoding,
            @Nullable Integer blockTokens,
            @Nullable Double threshold,
            @Nullable Integer maxSteps,
            @Nullable Integer deadlineMillis,
            @Nullable Resume resume) {
        return new GenerationRequest(
                requestId,
                tenant,
                prompt,
                suffix,
                messages,
                edit,
                maxTokens,
                temperature,
                topP,
                seed,
                stop,
                decoding,
                blockTokens,
                threshold,
                drafts,
                maxSteps,
                deadlineMillis,
                resume);
    }

    private static <T> @Nullable T either(@Nullable T asked, @Nullable T usual) {
        return asked == null ? usual : asked;
    }

    /** Leaves out what the user wrote, so that no log or error message repeats it. */
    @Override
    public String toString() {
        return "GenerationRequest[requestId=%s, maxTokens=%d, decoding=%s]"
                .formatted(requestId, maxTokens, decoding);
    }
}
