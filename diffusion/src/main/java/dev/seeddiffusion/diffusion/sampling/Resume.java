package dev.seeddiffusion.diffusion.sampling;

import java.util.stream.IntStream;

/**
 * How far an output had come where it is not continued, so that another generation of the same
 * prompt and settings can go on from there. Nothing else is needed: the text that is held back
 * follows from the tokens, and the random numbers from their count.
 *
 * @param tokens ids of all tokens that were committed, those that spell the prompt's end included
 * @param steps denoising steps made so far
 */
public record Resume(int[] tokens, int steps) {

    /** An output that has not begun. */
    public static final Resume NOTHING = new Resume(new int[0], 0);

    /** The tokens of the prompt and those of the output. */
    int[] after(int[] prompt) {
        return IntStream.concat(IntStream.of(prompt), IntStream.of(tokens)).toArray();
    }
}
