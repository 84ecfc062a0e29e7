package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import java.util.Arrays;

/**
 * The training layout {@code [xt ‖ x0]}: noisy slots and clean tokens of a row side by side under
 * one mask, so that one forward trains denoising and next-token prediction (ALGORITHMS, the model;
 * block diffusion, arXiv 2503.09573, with causal instead of block-causal clean tokens).
 *
 * <p>{@code xt → xt} same block only; {@code xt → x0} strictly before the block; {@code x0 → x0}
 * causal; {@code x0 → xt} never. Clean tokens are seen only within their document. Rows of a batch
 * have {@code noisyTokens} slots each; those that a row does not need see only themselves.
 *
 * @param noisyTokens slots of a row, at least those of its partition
 * @param cleanTokens tokens of a row
 */
public record PackedLayout(int noisyTokens, int cleanTokens) {

    /** Tokens of a packed row. */
    public int length() {
        return noisyTokens + cleanTokens;
    }

    /**
     * @param visible receives {@link #length}² entries from {@code offset}, row by row: 1 where the
     *     row's token sees the column's; must hold 0 there
     * @param tokens clean token ids of the row
     * @param documentStart for each position the position of the token that begins its document
     * @param documentEnd id of the token that ends one document and begins the next
     */
    public void writeMask(
            byte[] visible,
            int offset,
            BlockPartition partition,
            int[] tokens,
            int[] documentStart,
            int documentEnd) {
        int slots = partition.slots();
        for (int first = 0; first < slots; ) {
            int end = partition.blockEnd(first);
            int blockStart = partition.positions()[first];
            for (int slot = first; slot < end; slot++) {
                int row = offset + slot * length();
                fill(visible, row + first, row + end);
                int clean = row + noisyTokens;
                fill(visible, clean + documentStart[blockStart], clean + blockStart);
            }
            first = end;
        }
        for (int slot = slots; slot < noisyTokens; slot++) {
            visible[offset + slot * length() + slot] = 1;
        }
        for (int i = 0; i < cleanTokens; i++) {
            // As a clean token it begins the next document, and must not carry the last one over.
            int start = tokens[i] == documentEnd ? i : documentStart[i];
            int clean = offset + (noisyTokens + i) * length() + noisyTokens;
            fill(visible, clean + start, clean + i + 1);
        }
    }

    /**
     * @param positions receives {@link #length} positions from {@code offset}: those of the slots,
     *     then 0 … cleanTokens − 1
     */
    public void writePositions(long[] positions, int offset, BlockPartition partition) {
        for (int slot = 0; slot < partition.slots(); slot++) {
            positions[offset + slot] = partition.positions()[slot];
        }
        for (int i = 0; i < cleanTokens; i++) {
            positions[offset + noisyTokens + i] = i;
        }
    }

    private static void fill(byte[] visible, int from, int to) {
        Arrays.fill(visible, from, to, (byte) 1);
    }
}
