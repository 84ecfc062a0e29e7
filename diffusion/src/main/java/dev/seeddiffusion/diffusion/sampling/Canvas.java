package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The block that is being denoised: token ids, masks included, and where each placed one came from.
 * What stands after a placed end of text is of no interest and stays masked.
 */
final class Canvas {

    private final int[] ids;
    private final PlacedToken[] placed;
    private final int mask;
    private final int documentEnd;
    private int steps;

    Canvas(int tokens, int mask, int documentEnd) {
        this.ids = new int[tokens];
        this.placed = new PlacedToken[tokens];
        this.mask = mask;
        this.documentEnd = documentEnd;
        Arrays.fill(ids, mask);
    }

    /** The model's input; not to be changed. */
    int[] ids() {
        return ids;
    }

    boolean isComplete() {
        return masked().length == 0;
    }

    /** Whether an end of text is placed; then the block is complete as soon as all before it is. */
    boolean endsText() {
        return end() < ids.length;
    }

    /**
     * One denoising step: places some of the proposed tokens.
     *
     * @param proposal a token for each position, masked or not
     * @param step of the generation, from 1
     */
    void place(Choice proposal, UnmaskingPolicy policy, int step) {
        int[] masked = masked();
        float[] confidences = new float[masked.length];
        for (int i = 0; i < masked.length; i++) {
            confidences[i] = proposal.confidences()[masked[i]];
        }
        for (int index : policy.place(confidences, steps)) {
            int position = masked[index];
            ids[position] = proposal.ids()[position];
            placed[position] = new PlacedToken(ids[position], step, confidences[index]);
        }
        steps++;
    }

    /** The placed tokens before the end of text or, if there is none, of the whole block. */
    List<PlacedToken> tokens() {
        return new ArrayList<>(Arrays.asList(placed).subList(0, end()));
    }

    /** Ids up to the end of text, masks included. */
    int[] visible() {
        return Arrays.copyOf(ids, end());
    }

    /** Position of the first placed end of text; the block's length if there is none. */
    private int end() {
        return IntStream.range(0, ids.length)
                .filter(i -> ids[i] == documentEnd)
                .findFirst()
                .orElse(ids.length);
    }

    private int[] masked() {
        return IntStream.range(0, end()).filter(i -> ids[i] == mask).toArray();
    }
}
