package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The block that is being denoised: token ids, masks included, and where each placed one came from.
 * What stands after a placed end of text is of no interest.
 */
final class Canvas {

    /** No token's id. */
    private static final int NO_END = -1;

    private final int[] ids;
    private final @Nullable PlacedToken[] placed;
    private final int mask;
    private final int documentEnd;
    private final int maskedAtFirst;
    private int steps;

    /** Whether no token is placed yet, though the model sees some. */
    private boolean draft;

    /**
     * @param ids what the block begins with: masks and given tokens; the canvas's from now on
     */
    Canvas(int[] ids, int mask, int documentEnd) {
        this(ids, mask, documentEnd, false);
    }

    /**
     * A block that begins with a guess. The model sees it in the first step; what that does not
     * place, the guess or another token, is masked then.
     */
    static Canvas draft(int[] ids, int mask, int documentEnd) {
        return new Canvas(ids, mask, documentEnd, true);
    }

    private Canvas(int[] ids, int mask, int documentEnd, boolean draft) {
        this.ids = ids;
        this.placed = new PlacedToken[ids.length];
        this.mask = mask;
        this.documentEnd = documentEnd;
        this.draft = draft;
        for (int i = 0; i < ids.length && !draft; i++) {
            placed[i] = ids[i] == mask ? null : new PlacedToken(ids[i], 0, 1);
        }
        this.maskedAtFirst = open().length;
    }

    /** A block that is filled whole: what stands after an end of text is placed as well. */
    static Canvas whole(int[] ids, int mask) {
        return new Canvas(ids, mask, NO_END);
    }

    /** The model's input; not to be changed. */
    int[] ids() {
        return ids;
    }

    boolean isComplete() {
        return !draft && open().length == 0;
    }

    /** Whether an end of text is placed; then the block is complete as soon as all before it is. */
    boolean endsText() {
        return end() < ids.length;
    }

    /**
     * One denoising step: places some of the proposed tokens, and revises some placed before.
     *
     * @param proposal a token for each position, masked or not
     * @param logits it was chosen from
     * @param step of the generation, from 1
     */
    void denoise(Choice proposal, Logits logits, Denoising denoising, int step) {
        int[] open = open();
        // Chosen before anything is placed: both see what the model saw.
        int[] revised = revised(proposal, denoising.reviseThreshold());
        if (open.length > 0) {
            Candidates candidates = new OpenPositions(open, proposal, logits, maskedAtFirst);
            for (int index : denoising.policy().place(candidates, steps)) {
                int position = open[index];
                int id = proposal.ids()[position];
                set(position, new PlacedToken(id, step, proposal.confidences()[position]));
            }
        }
        for (int position : revised) {
            int id = proposal.ids()[position];
            set(position, placed[position].revised(id, step, proposal.confidences()[position]));
        }
        if (draft) {
            maskWhatIsNotPlaced();
        }
        steps++;
    }

    /** Puts an end of text in the place of all that stands after the first one. */
    void fillAfterEnd(CodeTokenizer tokenizer) {
        int end = 0;
        while (end < ids.length && !tokenizer.isEnd(ids[end])) {
            end++;
        }
        for (int i = end + 1; i < ids.length; i++) {
            set(i, placed[end]);
        }
    }

    private void maskWhatIsNotPlaced() {
        for (int i = 0; i < ids.length; i++) {
            ids[i] = placed[i] == null ? mask : ids[i];
        }
        draft = false;
    }

    private int[] revised(Choice proposal, @Nullable Double threshold) {
        if (threshold == null) {
            return new int[0];
        }
        int last = Math.min(end(), ids.length - 1); // an end of text may be revised as well
        return IntStream.rangeClosed(0, last)
                .filter(i -> placed[i] != null)
                .filter(i -> proposal.ids()[i] != ids[i])
                .filter(i -> proposal.confidences()[i] >= threshold)
                .filter(i -> placed[i].revisions() < Denoising.MOST_REVISIONS)
                .toArray();
    }

    private void set(int position, PlacedToken token) {
        ids[position] = token.id();
        placed[position] = token;
    }

    /** The placed tokens before the end of text or, if there is none, of the whole block. */
    List<PlacedToken> tokens() {
        return new ArrayList<>(Arrays.asList(placed).subList(0, end()));
    }

    /** As {@link #tokens}, the end of text included. */
    List<PlacedToken> tokensAndEnd() {
        return Arrays.asList(placed).subList(0, Math.min(end() + 1, ids.length));
    }

    /** Ids up to the end of text, masks included. */
    int[] visible() {
        return Arrays.copyOf(ids, end());
    }

    /**
     * As those see it who watch.
     *
     * @param from tokens of the output before it
     * @param step of the generation, its last
     * @param length up to an end of text
     */
    DraftCanvas draft(int from, int step, int length) {
        float[] confidences = new float[length];
        IntStream.Builder changed = IntStream.builder();
        for (int i = 0; i < length; i++) {
            PlacedToken token = placed[i];
            confidences[i] = token == null ? 0 : token.confidence();
            if (token != null && token.step() == step) {
                changed.add(i);
            }
        }
        return new DraftCanvas(
                from, Arrays.copyOf(ids, length), confidences, changed.build().toArray());
    }

    /** A copy of all ids; what stands after the end of text is masked, as in training. */
    int[] snapshot() {
        int[] copy = ids.clone();
        if (endsText()) {
            Arrays.fill(copy, end() + 1, copy.length, mask);
        }
        return copy;
    }

    /** Position of the first placed end of text; the block's length if there is none. */
    private int end() {
        return IntStream.range(0, ids.length)
                .filter(i -> ids[i] == documentEnd)
                .findFirst()
                .orElse(ids.length);
    }

    /** Positions that a token may be placed at. */
    private int[] open() {
        return draft
                ? IntStream.range(0, ids.length).toArray()
                : IntStream.range(0, end()).filter(i -> ids[i] == mask).toArray();
    }
}
