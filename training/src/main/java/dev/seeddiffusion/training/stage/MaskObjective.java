package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.PackedLayout;
import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.MaskNoise;
import dev.seeddiffusion.diffusion.noise.MaskNoise.NoisyRow;
import dev.seeddiffusion.diffusion.noise.NoiseLevels;
import dev.seeddiffusion.training.data.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Stage one: denoise masked blocks of mixed lengths, and predict the next token of the clean
 * stream, in one forward over {@code [xt ‖ x0]}.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, mask-based stage: (γ't/γt) · Σ over masked positions
 * of −log p(x0 | xt), here a mean per token. The next-token loss beside it, weight 1 : 1, is ours.
 */
final class MaskObjective implements Objective {

    private final MaskNoise noise;
    private final int documentEnd;
    private final List<Integer> blockTokens;

    /**
     * @param blockTokens lengths of blocks, one drawn for each row
     */
    MaskObjective(int mask, int documentEnd, List<Integer> blockTokens) {
        this.noise = new MaskNoise(mask);
        this.documentEnd = documentEnd;
        this.blockTokens = List.copyOf(blockTokens);
    }

    @Override
    public TrainingBatch pose(Batch clean, RandomGenerator random) {
        int batch = clean.tokens().length;
        int length = clean.tokens()[0].length;
        int packed = 2 * length;
        BlockPartition[] partitions = new BlockPartition[batch];
        for (int b = 0; b < batch; b++) {
            int tokens = blockTokens.get(random.nextInt(blockTokens.size()));
            partitions[b] = BlockPartition.of(length, tokens, random);
        }
        int blocks = Arrays.stream(partitions).mapToInt(BlockPartition::blocks).sum();
        double[] levels = NoiseLevels.spread(blocks, random);

        long[] ids = new long[batch * packed];
        byte[] visible = new byte[batch * packed * packed];
        ScoredRows scored = new ScoredRows(batch * packed);
        int firstLevel = 0;
        for (int b = 0; b < batch; b++) {
            int[] tokens = clean.tokens()[b];
            BlockPartition partition = partitions[b];
            double[] ours = Arrays.copyOfRange(levels, firstLevel, firstLevel + partition.blocks());
            firstLevel += partition.blocks();
            NoisyRow noisy = noise.corrupt(tokens, partition, ours, random);
            int noisyStart = b * packed;
            int cleanStart = noisyStart + length;
            for (int i = 0; i < length; i++) {
                ids[noisyStart + i] = noisy.tokens()[i];
                ids[cleanStart + i] = tokens[i];
                if (noisy.isMasked(i)) {
                    double scale = noisy.weights()[i] / (batch * length);
                    scored.addDiffusion(noisyStart + i, tokens[i], scale);
                }
                if (i + 1 < length) {
                    scored.addNextToken(cleanStart + i, tokens[i + 1], 1.0 / (batch * length));
                }
            }
            PackedLayout.writeMask(
                    visible,
                    b * packed * packed,
                    partition,
                    tokens,
                    clean.documentStart()[b],
                    documentEnd);
        }
        return new TrainingBatch(
                batch,
                packed,
                ids,
                visible,
                PackedLayout.positions(length),
                scored.rows(),
                scored.targets(),
                scored.scales());
    }
}
