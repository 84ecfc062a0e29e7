package dev.seeddiffusion.diffusion.tokenizer;

import java.util.regex.Pattern;

/**
 * How text is cut before BPE merges within the pieces, the pretokens.
 *
 * <p>Line breaks and the indentation after them are one pretoken; an identifier carries the one
 * character before it (a space, dot, underscore or parenthesis); digits stand alone. Every
 * character of a text belongs to one pretoken.
 *
 * <p>{@link TokenHealing} rests on this: whether a pretoken ends before a character is known from
 * the text up to and including that character, so that text typed later moves no boundary but the
 * last. Lookaheads and {@code \r?\n} would break that.
 */
public final class Pretokens {
    /**
     * Means the same to {@link java.util.regex} and to Oniguruma, which Hugging Face's library
     * uses; so it has no {@code \s}, on which they differ.
     */
    public static final String REGEX =
            "[\\r\\n]+[ \\t]*"
                    + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
                    + "|\\p{N}"
                    + "| ?[^ \\t\\r\\n\\p{L}\\p{N}]+"
                    + "|[ \\t]+";

    /** {@link #REGEX}, compiled. */
    static final Pattern PATTERN = Pattern.compile(REGEX);

    private Pretokens() {}
}
