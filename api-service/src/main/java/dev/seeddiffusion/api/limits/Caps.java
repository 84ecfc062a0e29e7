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
     * @return the request, as long as allowed where it did not say how long
     * @throws ApiException 400 if it says more than allowed
     */
    static GenerationRequest apply(GenerationRequest request, List<Limited> limited) {
        OptionalInt promptCap = least(limited, Limits::maxPromptCharacters);
        int length = length(request);
        if (promptCap.isPresent() && length > promptCap.getAsInt()) {
            throw ApiException.invalid(
                    "prompt",
                    "The prompt has %d characters, but you may send at most %d."
                            .formatted(length, promptCap.getAsInt()));
        }
        return request.within(
                capped("max_tokens", request.maxTokens(), least(limited, Limits::maxOutputTokens)),
                capped("max_steps", request.maxSteps(), least(limited, Limits::maxSteps)));
    }

    /** Of what is asked, whichever part of it the model reads. */
    private static int length(GenerationRequest request) {
        String suffix = request.suffix();
        int prompt = request.prompt().length() + (suffix == null ? 0 : suffix.length());
        int conversation =
                request.messages() == null
                        ? 0
                        : request.messages().stream().mapToInt(it -> it.content().length()).sum();
        return Math.max(prompt, conversation);
    }

    private static @Nullable Integer capped(
            String parameter, @Nullable Integer asked, OptionalInt cap) {
        if (cap.isEmpty()) {
            return asked;
        }
        if (asked != null && asked > cap.getAsInt()) {
            throw ApiException.invalid(
                    parameter,
                    "%s is %d, but you may ask for at most %d."
                            .formatted(parameter, asked, cap.getAsInt()));
        }
        return asked == null ? Integer.valueOf(cap.getAsInt()) : asked;
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
