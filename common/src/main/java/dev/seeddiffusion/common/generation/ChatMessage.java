package dev.seeddiffusion.common.generation;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;

/**
 * What somebody said.
 *
 * @param role who: {@code system}, {@code user} or {@code assistant}
 * @param content plain text; text that spells a special token means that text
 */
public record ChatMessage(@NotBlank String role, @NotNull String content) {

    /** Leaves out what was said, so that no log or error message repeats it. */
    @Override
    public String toString() {
        return "ChatMessage[role=%s]".formatted(role);
    }
}
