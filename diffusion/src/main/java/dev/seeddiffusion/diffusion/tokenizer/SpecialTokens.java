package dev.seeddiffusion.diffusion.tokenizer;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ids that stand for no text.
 *
 * @param documentEnd stands before and after each document
 * @param mask stands where a token is not placed yet
 * @param infilling what a prompt with a hole is made of; null where the vocabulary has no such ids
 * @param ends all that end a text, {@code documentEnd} among them
 */
public record SpecialTokens(
        int documentEnd, int mask, @Nullable Infilling infilling, Set<Integer> ends) {
    /** What our own tokenizers call {@link #documentEnd}. */
    public static final String DOCUMENT_END = "<|endoftext|>";

    /** What our own tokenizers call {@link #mask}. */
    public static final String MASK = "<|mask|>";

    /** What our own tokenizers call {@link Infilling#prefix}. */
    public static final String FIM_PREFIX = "<|fim_prefix|>";

    /** What our own tokenizers call {@link Infilling#suffix}. */
    public static final String FIM_SUFFIX = "<|fim_suffix|>";

    /**
     * A prompt with a hole reads {@code suffix, text after the hole, prefix, text before it}, so
     * that what is written continues the text before it.
     *
     * <p>Source: the SPM mode of Efficient Training of Language Models to Fill in the Middle, arXiv
     * 2207.14255.
     *
     * @param prefix stands before the text before the hole
     * @param suffix stands before the text after the hole
     */
    public record Infilling(int prefix, int suffix) {}

    /**
     * @throws IllegalArgumentException if an id is negative or two are the same
     */
    public SpecialTokens {
        ends = Set.copyOf(ends);
        List<Integer> ids =
                infilling == null
                        ? List.of(documentEnd, mask)
                        : List.of(documentEnd, mask, infilling.prefix, infilling.suffix);
        if (ids.stream().anyMatch(id -> id < 0)
                || Set.copyOf(ids).size() < ids.size()
                || ends.contains(mask)) {
            throw new IllegalArgumentException(
                    "The special ids must be different ids from 0 on, but documentEnd is "
                            + documentEnd
                            + ", mask is "
                            + mask
                            + " and infilling is "
                            + infilling);
        }
    }

    /** One token ends a text. */
    public SpecialTokens(int documentEnd, int mask, @Nullable Infilling infilling) {
        this(documentEnd, mask, infilling, Set.of(documentEnd));
    }

    boolean contains(int id) {
        return id == mask
                || ends.contains(id)
                || infilling != null && (id == infilling.prefix || id == infilling.suffix);
    }

    int largest() {
        int largest = Math.max(Collections.max(ends), mask);
        return infilling == null
                ? largest
                : Math.max(largest, Math.max(infilling.prefix, infilling.suffix));
    }
}
