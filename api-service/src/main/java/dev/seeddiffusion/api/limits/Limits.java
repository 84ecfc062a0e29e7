package dev.seeddiffusion.api.limits;

import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;

/**
 * How much may be asked for; what is not set is not limited.
 *
 * @param requestsPerMinute requests of any kind
 * @param tokensPerMinute tokens of prompts and outputs. They are known when a generation has ended:
 *     whoever has used them up, or more, waits until as many are there again
 * @param concurrentStreams generations at the same time
 * @param maxPromptCharacters longest prompt
 * @param maxOutputTokens longest output; also what a request gets that does not say how long
 * @param maxSteps most denoising steps; the output ends with the block in which they are reached
 */
record Limits(
        @Nullable @Positive Long requestsPerMinute,
        @Nullable @Positive Long tokensPerMinute,
        @Nullable @Positive Integer concurrentStreams,
        @Nullable @Positive Integer maxPromptCharacters,
        @Nullable @Positive Integer maxOutputTokens,
        @Nullable @Positive Integer maxSteps) {}
