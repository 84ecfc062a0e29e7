package dev.seeddiffusion.diffusion.tokenizer;

import dev.seeddiffusion.diffusion.checkpoint.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * Trains a byte-level BPE vocabulary and writes it as a Hugging Face {@code tokenizer.json}.
 *
 * <p>Token ids: 0 is {@link SpecialTokens#DOCUMENT_END}, 1 is {@link SpecialTokens#MASK}, 2 and 3
 * {@link SpecialTokens#FIM_PREFIX} and {@link SpecialTokens#FIM_SUFFIX}, then the 256 bytes in
 * their order, then the merges in the order in which they were learned. Equal texts, in any order,
 * give an equal file. Holds the distinct pretokens of the texts in memory, not the texts.
 */
public final class BpeTrainer {
    /** The special tokens and the bytes: a vocabulary of this size merges nothing. */
    public static final int SMALLEST_VOCABULARY = BpeMerges.FIRST_BYTE + 256;

    private final int vocabulary;

    /**
     * @param vocabulary number of token ids to end with, special tokens included
     * @throws IllegalArgumentException if {@code vocabulary} is below {@link #SMALLEST_VOCABULARY}
     */
    public BpeTrainer(int vocabulary) {
        if (vocabulary < SMALLEST_VOCABULARY) {
            throw new IllegalArgumentException(
                    "A vocabulary of %d cannot hold the 256 bytes: ask for %d or more"
                            .formatted(vocabulary, SMALLEST_VOCABULARY));
        }
        this.vocabulary = vocabulary;
    }

    /**
     * Learns the merges from {@code texts} and replaces {@code file} atomically.
     *
     * @param texts is read once, to its end, by the calling thread; the caller closes it
     * @return number of token ids written: fewer than asked for if no pair occurs twice any more
     */
    public int train(Stream<String> texts, Path file) throws IOException {
        BpeMerges merges = new BpeMerges(count(texts));
        merges.growTo(vocabulary);
        AtomicFile.write(file, TokenizerJson.write(merges).getBytes(StandardCharsets.UTF_8));
        return merges.vocabulary();
    }

    private static Map<String, Long> count(Stream<String> texts) {
        Map<String, Long> counts = new HashMap<>();
        for (Iterator<String> each = texts.iterator(); each.hasNext(); ) {
            Matcher pretokens = Pretokens.PATTERN.matcher(each.next());
            while (pretokens.find()) {
                counts.merge(pretokens.group(), 1L, Long::sum);
            }
        }
        return counts;
    }
}
