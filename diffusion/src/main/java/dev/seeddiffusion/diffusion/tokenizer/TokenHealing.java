package dev.seeddiffusion.diffusion.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.stream.IntStream;

/**
 * Lets generation continue a prompt that ends anywhere as if its text had been typed on.
 *
 * <p>A model has seen {@code "\n "} as one token, never {@code "\n"} followed by another space:
 * after a prompt that ends in a bare line break it is lost. So the prompt's last pretoken, the
 * tail, is left out of the prompt and produced again, by tokens that spell it or run beyond it.
 * Whatever text follows, the tokens before the tail are those of the whole text, and so is each
 * token that {@link #allowed} lets through if the whole text has it there.
 *
 * <p>Tokenizers that cut text by another regex than {@link Pretokens#REGEX} are not healed: their
 * lookaheads move earlier boundaries too.
 *
 * <p>Immutable and thread-safe.
 */
public final class TokenHealing {
    /**
     * A longer tail (a run of letters without end) is healed at its end only: each of its tokens
     * costs a forward, and a token is rarely longer than this.
     */
    static final int MAX_TAIL_BYTES = 64;

    private final CodeTokenizer tokenizer;

    /** Ids of all tokens with bytes, in the order of these as unsigned numbers. */
    private final int[] ids;

    /** The bytes of {@link #ids}. */
    private final byte[][] sorted;

    public TokenHealing(CodeTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.ids =
                IntStream.range(0, tokenizer.vocabularySize())
                        .filter(id -> tokenizer.bytes(id).length > 0)
                        .boxed()
                        .sorted(Comparator.comparing(tokenizer::bytes, Arrays::compareUnsigned))
                        .mapToInt(Integer::intValue)
                        .toArray();
        this.sorted = IntStream.of(ids).mapToObj(tokenizer::bytes).toArray(byte[][]::new);
    }

    /** Cuts a prompt before its last pretoken. */
    public HealedPrompt split(String prompt) {
        int cut = tokenizer.cutsLikeOurs() ? lastPretoken(prompt) : prompt.length();
        int[] head = tokenizer.encode(prompt.substring(0, cut));
        byte[] tail = prompt.substring(cut).getBytes(StandardCharsets.UTF_8);
        if (tail.length > MAX_TAIL_BYTES) {
            return shortened(head, tokenizer.encode(prompt.substring(cut)), tail);
        }
        return new HealedPrompt(head, tail);
    }

    /**
     * The tokens that may come next while {@code tail} is still to be produced: those whose bytes
     * begin with it, and those that it begins with. Never a special token; never empty, since every
     * byte is a token.
     *
     * @param tail what is left of {@link HealedPrompt#tail}, at least one byte
     * @return token ids, ascending
     */
    public int[] allowed(byte[] tail) {
        requireSome(tail);
        IntStream.Builder found = IntStream.builder();
        for (int length = 1; length < tail.length; length++) {
            byte[] prefix = Arrays.copyOf(tail, length);
            for (int i = firstFrom(prefix); i < sorted.length; i++) {
                if (!Arrays.equals(sorted[i], prefix)) {
                    break;
                }
                found.add(ids[i]);
            }
        }
        for (int i = firstFrom(tail); i < sorted.length && startsWith(sorted[i], tail); i++) {
            found.add(ids[i]);
        }
        return found.build().sorted().toArray();
    }

    /**
     * What is left of the tail after a token: empty once the token spells its end.
     *
     * @throws IllegalArgumentException if the token is not {@link #allowed}
     */
    public byte[] rest(byte[] tail, int token) {
        byte[] bytes = requireAllowed(tail, token);
        return Arrays.copyOfRange(tail, Math.min(bytes.length, tail.length), tail.length);
    }

    /**
     * What a token adds beyond the tail: the first bytes of the output.
     *
     * @throws IllegalArgumentException if the token is not {@link #allowed}
     */
    public byte[] overhang(byte[] tail, int token) {
        byte[] bytes = requireAllowed(tail, token);
        return Arrays.copyOfRange(bytes, Math.min(bytes.length, tail.length), bytes.length);
    }

    private static int lastPretoken(String prompt) {
        int last = 0;
        for (Matcher pretokens = Pretokens.PATTERN.matcher(prompt); pretokens.find(); ) {
            last = pretokens.start();
        }
        return last;
    }

    private HealedPrompt shortened(int[] head, int[] tailTokens, byte[] tail) {
        int moved = 0;
        int start = 0;
        while (tail.length - start > MAX_TAIL_BYTES) {
            start += tokenizer.bytes(tailTokens[moved++]).length;
        }
        int[] longer = Arrays.copyOf(head, head.length + moved);
        System.arraycopy(tailTokens, 0, longer, head.length, moved);
        return new HealedPrompt(longer, Arrays.copyOfRange(tail, start, tail.length));
    }

    /** Index of the first token not below {@code bytes}. */
    private int firstFrom(byte[] bytes) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(sorted[middle], bytes) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private byte[] requireAllowed(byte[] tail, int token) {
        requireSome(tail);
        byte[] bytes = tokenizer.bytes(token);
        boolean allowed = bytes.length > 0 && (startsWith(bytes, tail) || startsWith(tail, bytes));
        if (!allowed) {
            throw new IllegalArgumentException(
                    "Token " + token + " neither begins the tail nor runs beyond it");
        }
        return bytes;
    }

    private static void requireSome(byte[] tail) {
        if (tail.length == 0) {
            throw new IllegalArgumentException("The tail is empty: any token may come next");
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length
                && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
