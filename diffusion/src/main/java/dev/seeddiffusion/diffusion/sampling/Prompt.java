package dev.seeddiffusion.diffusion.sampling;

/**
 * A prompt as the model reads it.
 *
 * @param tokens the document start and the tokens before the tail
 * @param tail bytes at the prompt's end that generation produces again before its own, so that a
 *     prompt may end in the middle of a token; may be empty
 * @param edit whether and how the output is to be the prompt's own text, changed in places: then
 *     its blocks begin as drafts from there ({@link EditedText})
 */
public record Prompt(int[] tokens, byte[] tail, Edit edit) {

    /** What becomes of the text that an output edits. */
    public enum Edit {
        NONE,
        /** It is a guess, which the model's likeliest output takes the place of. */
        FREE,
        /**
         * In lossless mode a token of it stays unless the model is sure of another, so that what
         * nobody asked to change is not changed. In other modes as {@link #FREE}.
         */
        KEEPING
    }

    /** A prompt that goes on. */
    public Prompt(int[] tokens, byte[] tail) {
        this(tokens, tail, Edit.NONE);
    }

    /** The same, to be edited. */
    public Prompt toBeEdited(Edit how) {
        return new Prompt(tokens, tail, how);
    }

    public boolean isEdited() {
        return edit != Edit.NONE;
    }

    /** Tokens that it may take at most: a tail is at worst spelt byte by byte. */
    public int mostTokens() {
        return tokens.length + tail.length;
    }
}
