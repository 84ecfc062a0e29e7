package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.PackedLayout;
import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.Noise;
import dev.seeddiffusion.diffusion.noise.NoiseLevels;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.training.data.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Denoise corrupted blocks of mixed lengths, and predict the next token of the clean stream, in one
 * forward over {@code [xt ‖ x0]}. Both losses are means over the tokens that are asked for; what a
 * document only gives is neither corrupted nor scored.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, with the corruption of the stage. The next-token
 * loss beside it, weight 1 : 1, is ours.
 */
final class DiffusionObjective implements Objective {

    private final Noise noise;
    private final int documentEnd;
    private final List<Integer> blockTokens;

    /**
     * @param blockTokens lengths of blocks, one drawn for each row
     */
    DiffusionObjective(Noise noise, int documentEnd, List<Integer> blockTokens) {
        this.noise = noise;
        this.documentEnd = documentEnd;
        this.blockTokens = List.copyOf(blockTokens);
    }

    @Override
    public TrainingBatch pose(Batch clean, RandomGenerator random) {
        int rows = clean.tokens().length;
        List<BlockPartition> partitions =
                IntStream.range(0, rows)
                        .mapToObj(
                                row ->
                                        BlockPartition.of(
                                                AskedFor.segments(clean, row, documentEnd),
                                                blockTokens.get(random.nextInt(blockTokens.size())),
                                                random))
                        .toList();
        double[] levels =
                NoiseLevels.spread(
                        partitions.stream().mapToInt(BlockPartition::blocks).sum(), random);
        NoisyRow[] noisy = new NoisyRow[rows];
        int firstLevel = 0;
        for (int row = 0; row < rows; row++) {
            int next = firstLevel + partitions.get(row).blocks();
            noisy[row] =
                    noise.corrupt(
                            clean.tokens()[row],
                            partitions.get(row),
                            Arrays.copyOfRange(levels, firstLevel, next),
                            random);
            firstLevel = next;
        }
        return pack(clean, partitions, noisy);
    }

    private TrainingBatch pack(Batch clean, List<BlockPartition> partitions, NoisyRow[] noisy) {
        int rows = clean.tokens().length;
        int noisyTokens = partitions.stream().mapToInt(BlockPartition::slots).max().orElse(0);
        PackedLayout layout = new PackedLayout(noisyTokens, clean.tokens()[0].length);
        int length = layout.length();
        TrainingBatch.Builder batch = new TrainingBatch.Builder(rows, length);
        double denoised = partitions.stream().mapToInt(DiffusionObjective::inText).sum();
        for (int row = 0; row < rows; row++) {
            BlockPartition partition = partitions.get(row);
            int[] tokens = clean.tokens()[row];
            int first = row * length;
            for (int slot = 0; slot < partition.slots(); slot++) {
                batch.ids()[first + slot] = noisy[row].tokens()[slot];
                double weight = noisy[row].weights()[slot];
                if (weight > 0) {
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
