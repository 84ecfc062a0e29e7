package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.limits.LimitProperties.Limited;
import dev.seeddiffusion.common.generation.GenerationRequest;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How large one request may be. */
final class Caps {

    private Caps() {}

    /**
     * @return the request, no longer than allowed where it did not say how long
     * @throws ApiException 400 if it says more than allowed
     */
    static GenerationRequest apply(GenerationRequest request, List<Limited> limited) {
        OptionalInt promptCap = least(limited, Limits::maxPromptCharacters);
        int length = request.prompt().length();
        if (promptCap.isPresent() && length > promptCap.getAsInt()) {
            throw ApiException.invalid(
                    "prompt",
                    "The prompt has %d characters, but you may send at most %d."
                            .formatted(length, promptCap.getAsInt()));
        }
        OptionalInt outputCap = least(limited, Limits::maxOutputTokens);
        Integer maxTokens = request.maxTokens();
        if (outputCap.isEmpty()) {
            return request;
        }
        if (maxTokens != null && maxTokens > outputCap.getAsInt()) {
            throw ApiException.invalid(
                    "max_tokens",
                    "max_tokens is %d, but you may ask for at most %d."
                            .formatted(maxTokens, outputCap.getAsInt()));
        }
        return maxTokens == null ? request.withMaxTokens(outputCap.getAsInt()) : request;
    }

    /** How many steps it may take. */
    static int steps(List<Limited> limited) {
        return least(limited, Limits::maxSteps).orElse(Integer.MAX_VALUE);
    }

    private static OptionalInt least(
            List<Limited> limited, Function<Limits, @Nullable Integer> cap) {
        return limited.stream()
                .map(it -> cap.apply(it.limits()))
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .min();
    }
}
