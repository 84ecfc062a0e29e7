package dev.seeddiffusion.diffusion.sampling;

/**
 * A prompt as the model reads it.
 *
 * @param tokens the document start and the tokens before the tail
 * @param tail bytes at the prompt's end that generation produces again before its own, so that a
 *     prompt may end in the middle of a token; may be empty
 */
public record Prompt(int[] tokens, byte[] tail) {

    /** Tokens that it may take at most: a tail is at worst spelt byte by byte. */
    public int mostTokens() {
        return tokens.length + tail.length;
    }
}
