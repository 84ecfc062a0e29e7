package dev.seeddiffusion.common.generation;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.List;

/**
 * How far a generation had come on a replica that does not go on with it. With the rest of the
 * request this is all that another replica needs: what of the text is held back follows from the
 * tokens, and so does the position in the stream of random numbers.
 *
 * @param tokens ids of all tokens committed so far, from the first event on
 * @param steps denoising steps made so far
 */
public record Resume(@NotNull List<@NotNull Integer> tokens, @PositiveOrZero int steps) {}
