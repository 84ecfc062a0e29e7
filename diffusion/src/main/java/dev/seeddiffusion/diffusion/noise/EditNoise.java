package dev.seeddiffusion.diffusion.noise;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Edit noise beside mask noise: half of the blocks are masked as in {@link MaskNoise}; of the other
 * half every position is scored, the untouched ones included, so that the model learns to doubt
 * what it sees. Those blocks suffer {@link TokenEdits} either on their clean text or on their
 * masked one, as a canvas looks while it is sampled.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, edit-based forward process and its loss over all
 * positions. The paper does not say how a changed length is scored; here what an insertion pushes
 * out of the block is lost and what a deletion leaves free is masked, so that labels stay aligned
 * by position and a shift must be noticed. Immutable and thread-safe; equal random states give
 * equal noise.
 */
public final class EditNoise implements Noise {

    private static final double SHARE_OF_MASKED_BLOCKS = 0.5;
    private static final double SHARE_OF_EDITED_CLEAN_BLOCKS = 0.25;

    private final MaskNoise masks;
    private final TokenEdits edits;
    private final int mask;

    /**
     * @param mask id of the mask token
     */
    public EditNoise(int mask, TokenEdits edits) {
        this.masks = new MaskNoise(mask);
        this.edits = edits;
        this.mask = mask;
    }

    @Override
    public NoisyRow corrupt(
            int[] clean, BlockPartition partition, double[] levels, RandomGenerator random) {
        NoisyRow noisy = masks.corrupt(clean, partition, levels, random);
        int[] own = own(clean, partition);
        for (int first = 0; first < partition.slots(); ) {
            int end = partition.blockEnd(first);
            double form = random.nextDouble();
            if (form >= SHARE_OF_MASKED_BLOCKS) {
                boolean onClean = form < SHARE_OF_MASKED_BLOCKS + SHARE_OF_EDITED_CLEAN_BLOCKS;
                List<Integer> text = new ArrayList<>();
                for (int slot = first; slot < end && !partition.beyondEnd()[slot]; slot++) {
                    int position = partition.positions()[slot];
                    text.add(onClean ? clean[position] : noisy.tokens()[slot]);
                    noisy.weights()[slot] = 1;
                }
                edits.apply(text, levels[partition.blockOf()[first]], own, random);
                for (int slot = first; slot < end; slot++) {
                    int i = slot - first;
                    noisy.tokens()[slot] = i < text.size() ? text.get(i) : mask;
                }
            }
            first = end;
        }
        return noisy;
    }

    private static int[] own(int[] clean, BlockPartition partition) {
        return IntStream.range(0, partition.slots())
                .filter(slot -> !partition.beyondEnd()[slot])
                .map(slot -> clean[partition.positions()[slot]])
                .toArray();
    }
}
