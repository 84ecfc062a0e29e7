package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.noise.BlockPartition;

/**
 * The training layout {@code [xt ‖ x0]}: noisy and clean tokens of a row side by side under one
 * mask, so that one forward trains denoising and next-token prediction (ALGORITHMS, the model;
 * block diffusion, arXiv 2503.09573, with causal instead of block-causal clean tokens).
 *
 * <p>{@code xt → xt} same block only; {@code xt → x0} strictly earlier blocks; {@code x0 → x0}
 * causal; {@code x0 → xt} never. Clean tokens are seen only within their document.
 */
public final class PackedLayout {

    private PackedLayout() {}

    /**
     * @param visible receives length · 2 × length · 2 entries from {@code offset}, row by row: 1
     *     where the row's token sees the column's
     * @param tokens clean token ids of the row
     * @param documentStart for each position the position of the token that begins its document
     * @param documentEnd id of the token that ends one document and begins the next
     */
    public static void writeMask(
            byte[] visible,
            int offset,
            BlockPartition partition,
            int[] tokens,
            int[] documentStart,
            int documentEnd) {
        int length = tokens.length;
        int[] blockOf = partition.blockOf();
        for (int i = 0; i < length; i++) {
            int noisy = offset + i * 2 * length;
            int clean = noisy + 2 * length * length;
            // As a clean token it begins the next document, and must not carry the last one over.
            int cleanStart = tokens[i] == documentEnd ? i : documentStart[i];
            for (int j = 0; j < length; j++) {
                visible[noisy + j] = bit(blockOf[i] == blockOf[j]);
                visible[noisy + length + j] = bit(j >= documentStart[i] && blockOf[j] < blockOf[i]);
                visible[clean + j] = 0;
                visible[clean + length + j] = bit(j >= cleanStart && j <= i);
            }
        }
    }

    /** Positions of both halves: 0 … length − 1, twice. */
    public static int[] positions(int length) {
        int[] positions = new int[2 * length];
        for (int i = 0; i < length; i++) {
            positions[i] = i;
            positions[length + i] = i;
        }
        return positions;
    }

    private static byte bit(boolean value) {
        return (byte) (value ? 1 : 0);
    }
}
