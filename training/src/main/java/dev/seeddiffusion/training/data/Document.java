package dev.seeddiffusion.training.data;

import org.jspecify.annotations.Nullable;

/**
 * A text to train on, and which part of it is only given.
 *
 * @param suffix text after the hole that {@code text} fills; null where there is none. Only given.
 * @param prompt text before what is asked for; only given; may be empty
 * @param text what is asked for
 */
public record Document(@Nullable String suffix, String prompt, String text) {

    /** A text of which nothing is given. */
    public static Document of(String text) {
        return new Document(null, "", text);
    }

    /** A prompt and its answer. */
    public static Document of(String prompt, String answer) {
        return new Document(null, prompt, answer);
    }
}
