package dev.seeddiffusion.diffusion.tokenizer;

/**
 * The ids that stand for no text.
 *
 * @param documentEnd stands before and after each document
 * @param mask stands where a token is not placed yet
 */
public record SpecialTokens(int documentEnd, int mask) {
    /** What our own tokenizers call {@link #documentEnd}. */
    public static final String DOCUMENT_END = "<|endoftext|>";

    /** What our own tokenizers call {@link #mask}. */
    public static final String MASK = "<|mask|>";

    /**
     * @throws IllegalArgumentException if an id is negative or both are the same
     */
    public SpecialTokens {
        if (documentEnd < 0 || mask < 0 || documentEnd == mask) {
            throw new IllegalArgumentException(
                    "The special ids must be two different ids from 0 on, but documentEnd is "
                            + documentEnd
                            + " and mask is "
                            + mask);
        }
    }
}
