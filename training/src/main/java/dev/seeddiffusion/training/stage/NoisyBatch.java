package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.PackedLayout;
import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.training.data.Batch;
import java.util.List;

/**
 * Clean rows and their noisy blocks.
 *
 * @param clean the rows
 * @param partitions of each row into blocks
 * @param noisy what the blocks of each row look like, and the weight of each slot's clean token in
 *     the diffusion loss, which is a mean over the slots that hold text
 */
record NoisyBatch(Batch clean, List<BlockPartition> partitions, List<NoisyRow> noisy) {

    /** As {@code [xt ‖ x0]} under one mask. */
    TrainingBatch pack(int documentEnd) {
        int rows = clean.tokens().length;
        int noisyTokens = partitions.stream().mapToInt(BlockPartition::slots).max().orElse(0);
        PackedLayout layout = new PackedLayout(noisyTokens, clean.tokens()[0].length);
        int length = layout.length();
        TrainingBatch.Builder batch = new TrainingBatch.Builder(rows, length);
        double denoised = partitions.stream().mapToInt(NoisyBatch::inText).sum();
        for (int row = 0; row < rows; row++) {
            BlockPartition partition = partitions.get(row);
            int[] tokens = clean.tokens()[row];
            int first = row * length;
            for (int slot = 0; slot < partition.slots(); slot++) {
                batch.ids()[first + slot] = noisy.get(row).tokens()[slot];
                double weight = noisy.get(row).weights()[slot];
                if (weight != 0) {
                    int target = tokens[partition.positions()[slot]];
                    batch.scoreDiffusion(first + slot, target, weight / denoised);
                }
            }
            AskedFor.scoreNextTokens(batch, clean, row, first + noisyTokens);
            layout.writeMask(
                    batch.visible(),
                    first * length,
                    partition,
                    tokens,
                    clean.documentStart()[row],
                    documentEnd);
            layout.writePositions(batch.positions(), first, partition);
        }
        return batch.build();
    }

    private static int inText(BlockPartition partition) {
        int count = 0;
        for (boolean beyond : partition.beyondEnd()) {
            count += beyond ? 0 : 1;
        }
        return count;
    }
}
