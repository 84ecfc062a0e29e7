package dev.seeddiffusion.diffusion.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The vocabulary as it grows: the most frequent pair of neighbouring tokens becomes a token, again
 * and again. Counts of pairs are kept up to date, with the words in which each occurs, so a merge
 * costs as much as the words that it changes.
 */
final class BpeMerges {
    static final int DOCUMENT_END = 0;
    static final int MASK = 1;
    static final int FIM_PREFIX = 2;
    static final int FIM_SUFFIX = 3;
    static final int FIRST_BYTE = 4;

    /** A learned merge; ranks follow the order of learning. */
    record Merge(int left, int right) {}

    private record Candidate(int left, int right, long count) {}

    /** Ties go to the older tokens, so that the result depends on the counts alone. */
    private static final Comparator<Candidate> MOST_FREQUENT_FIRST =
            Comparator.comparingLong(Candidate::count)
                    .reversed()
                    .thenComparingInt(Candidate::left)
                    .thenComparingInt(Candidate::right);

    private static final class Word {
        int[] tokens;
        final long count;

        /** Number of the last merge applied, since a pair may list a word twice. */
        int merge = -1;

        Word(int[] tokens, long count) {
            this.tokens = tokens;
            this.count = count;
        }
    }

    private static final class Pair {
        long count;

        /** All words with this pair, and perhaps some that had it once. */
        final List<Word> words = new ArrayList<>();
    }

    private final List<String> symbols = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<Merge> merges = new ArrayList<>();
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(MOST_FREQUENT_FIRST);

    /**
     * @param pretokens how often each occurs
     */
    BpeMerges(Map<String, Long> pretokens) {
        add(SpecialTokens.DOCUMENT_END);
        add(SpecialTokens.MASK);
        add(SpecialTokens.FIM_PREFIX);
        add(SpecialTokens.FIM_SUFFIX);
        for (int value = 0; value < 256; value++) {
            add(ByteAlphabet.symbols(new byte[] {(byte) value}));
        }
        pretokens.forEach((text, count) -> index(new Word(bytes(text), count)));
        pairs.forEach((key, pair) -> offer(left(key), right(key), pair.count));
    }

    int vocabulary() {
        return symbols.size();
    }

    /** Token id to its name in {@code tokenizer.json}. */
    List<String> symbols() {
        return symbols;
    }

    List<Merge> merges() {
        return merges;
    }

    /** Merges until there are {@code vocabulary} tokens or no pair occurs twice. */
    void growTo(int vocabulary) {
        while (vocabulary() < vocabulary && !queue.isEmpty()) {
            Candidate best = queue.remove();
            Pair pair = pairs.get(key(best.left, best.right));
            if (pair == null || pair.count < 2) {
                continue;
            }
            if (pair.count < best.count) { // other merges took some of them meanwhile
                offer(best.left, best.right, pair.count);
                continue;
            }
            merge(best.left, best.right, pair.words);
        }
    }

    private void merge(int left, int right, List<Word> words) {
        // Two ways to the same text are one token: "a"+"bc" after "ab"+"c".
        int merged = add(symbols.get(left) + symbols.get(right));
        merges.add(new Merge(left, right));
        pairs.remove(key(left, right));
        Map<Long, Pair> grown = new HashMap<>();
        for (Word word : words) {
            if (word.merge == merges.size()) {
                continue;
            }
            word.merge = merges.size();
            int[] before = word.tokens;
            word.tokens = replace(before, left, right, merged);
            if (word.tokens.length == before.length) {
                continue;
            }
            for (int i = 1; i < before.length; i++) {
                Pair pair = pairs.get(key(before[i - 1], before[i]));
                if (pair != null) {
                    pair.count -= word.count;
                }
            }
            for (int i = 1; i < word.tokens.length; i++) {
                long key = key(word.tokens[i - 1], word.tokens[i]);
                Pair pair = pairs.computeIfAbsent(key, absent -> new Pair());
                pair.count += word.count;
                if (word.tokens[i - 1] == merged || word.tokens[i] == merged) {
                    pair.words.add(word);
                    grown.put(key, pair);
                }
            }
        }
        grown.forEach((key, pair) -> offer(left(key), right(key), pair.count));
    }

    private void index(Word word) {
        for (int i = 1; i < word.tokens.length; i++) {
            long key = key(word.tokens[i - 1], word.tokens[i]);
            Pair pair = pairs.computeIfAbsent(key, absent -> new Pair());
            pair.count += word.count;
            if (pair.words.isEmpty() || pair.words.getLast() != word) {
                pair.words.add(word);
            }
        }
    }

    private void offer(int left, int right, long count) {
        if (count >= 2) {
            queue.add(new Candidate(left, right, count));
        }
    }

    private int add(String symbol) {
        Integer known = ids.putIfAbsent(symbol, symbols.size());
        if (known != null) {
            return known;
        }
        symbols.add(symbol);
        return symbols.size() - 1;
    }

    private static int[] replace(int[] tokens, int left, int right, int merged) {
        int[] replaced = new int[tokens.length];
        int length = 0;
        for (int i = 0; i < tokens.length; i++) {
            boolean pair = i + 1 < tokens.length && tokens[i] == left && tokens[i + 1] == right;
            replaced[length++] = pair ? merged : tokens[i];
            i += pair ? 1 : 0;
        }
        return Arrays.copyOf(replaced, length);
    }

    private static int[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            tokens[i] = FIRST_BYTE + Byte.toUnsignedInt(bytes[i]);
        }
        return tokens;
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }

    private static int left(long key) {
        return (int) (key >>> 32);
    }

    private static int right(long key) {
        return (int) key;
    }
}
