package dev.seeddiffusion.training.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * An answer and what it cost.
 *
 * @param text null if nothing was written, because the prompt leaves no room in the context
 * @param tokens committed
 * @param forwards calls of the model after the prefill; 0 if that is not known
 * @param steps denoising steps
 * @param nanos from the prompt to the last token, nanoseconds
 */
public record Answer(@Nullable String text, int tokens, int forwards, int steps, long nanos) {

    /** Nothing, since the prompt is too long. */
    public static final Answer NONE = new Answer(null, 0, 0, 0, 0);

    static Answer free(String text) {
        return new Answer(text, 0, 0, 0, 0);
    }
}
