package dev.seeddiffusion.diffusion.sampling;

import java.util.Arrays;

/**
 * The text that an output is to be an edit of. What follows in it, where the output has come to, is
 * a good guess at the output's next block: most of an edited text stays as it was.
 *
 * <p>The place is found anew for every block, by the tokens written last, so that lines that are
 * put in or taken out cost the guess of one block and no more. As prompt lookup does for
 * autoregressive drafts (Saxena 2023); the guess is a draft here too, and the model has the last
 * word on each of its tokens.
 */
public final class EditedText {

    /** Tokens written last that a place is told by. */
    private static final int LONGEST_MATCH = 16;

    private final int[] tokens;

    /**
     * @param tokens of the text, its beginning first; what follows the text does no harm
     */
    public EditedText(int[] tokens) {
        this.tokens = tokens.clone();
    }

    /**
     * @param written tokens of the output so far
     * @param length tokens of the next block
     * @param fill id for what lies beyond the text
     * @return {@code length} token ids
     */
    public int[] next(int[] written, int length, int fill) {
        int[] text = next(written, length);
        int[] draft = Arrays.copyOf(text, length);
        Arrays.fill(draft, text.length, length, fill);
        return draft;
    }

    /**
     * @param written tokens of the output so far
     * @param most tokens that are wanted
     * @return those that follow in the text; fewer than wanted where it ends
     */
    int[] next(int[] written, int most) {
        int from = place(written);
        return Arrays.copyOfRange(tokens, from, Math.min(from + most, tokens.length));
    }

    /** Where the text agrees longest with what was written last; of equals the nearest. */
    private int place(int[] written) {
        int best = Math.min(written.length, tokens.length);
        int longest = agreement(written, best);
        for (int place = 1; place <= tokens.length; place++) {
            int agreement = agreement(written, place);
            boolean nearer = Math.abs(place - written.length) < Math.abs(best - written.length);
            if (agreement > longest || agreement == longest && agreement > 0 && nearer) {
                best = place;
                longest = agreement;
            }
        }
        return best;
    }

    /** Tokens before a place of the text that are the last ones written, in order. */
    private int agreement(int[] written, int place) {
        int most = Math.min(LONGEST_MATCH, Math.min(written.length, place));
        int count = 0;
        while (count < most && written[written.length - 1 - count] == tokens[place - 1 - count]) {
            count++;
        }
        return count;
    }
}
