package dev.seeddiffusion.common.generation;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text and its token ids, as a replica is asked for one and answers with both.
 *
 * @param text null where it is asked for
 * @param tokens null where they are asked for
 */
public record TokenizedText(@Nullable String text, @Nullable List<@NotNull Integer> tokens) {}
