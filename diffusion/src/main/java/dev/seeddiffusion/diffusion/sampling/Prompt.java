package dev.seeddiffusion.diffusion.sampling;

/**
 * A prompt as the model reads it.
 *
 * @param tokens the document start and the tokens before the tail
 * @param tail bytes at the prompt's end that generation produces again before its own, so that a
 *     prompt may end in the middle of a token; may be empty
 * @param edited whether the output is to be the prompt's own text, changed in places: then its
 *     blocks begin as drafts from there ({@link EditedText})
 */
public record Prompt(int[] tokens, byte[] tail, boolean edited) {

    /** A prompt that goes on. */
    public Prompt(int[] tokens, byte[] tail) {
        this(tokens, tail, false);
    }

    /** The same, to be edited. */
    public Prompt toBeEdited() {
        return new Prompt(tokens, tail, true);
    }

    /** Tokens that it may take at most: a tail is at worst spelt byte by byte. */
    public int mostTokens() {
        return tokens.length + tail.length;
    }
}
