package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.Noise;
import dev.seeddiffusion.diffusion.noise.NoiseLevels;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.training.data.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Denoise corrupted blocks of mixed lengths, and predict the next token of the clean stream, in one
 * forward over {@code [xt ‖ x0]}. Both losses are means over the tokens that are asked for; what a
 * document only gives is neither corrupted nor scored.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, with the corruption of the stage. The next-token
 * loss beside it, weight 1 : 1, is ours.
 */
public final class DiffusionObjective implements Objective {

    private final Noise noise;
    private final @Nullable PromptDrafts drafts;
    private final @Nullable OwnDrafts own;
    private final double fullShare;
    private final int documentEnd;
    private final List<Integer> blockTokens;

    /**
     * @param blockTokens lengths of blocks, one drawn for each row
     */
    public DiffusionObjective(Noise noise, int documentEnd, List<Integer> blockTokens) {
        this(noise, null, null, 0, documentEnd, blockTokens);
    }

    /**
     * @param drafts what blocks of edits may begin with instead of noise; null for none
     * @param own what the model makes of the noise of some blocks, to learn from instead; null for
     *     none
     * @param fullShare share of blocks whose level is 1, besides those that chance brings there: as
     *     a canvas begins
     */
    public DiffusionObjective(
            Noise noise,
            @Nullable PromptDrafts drafts,
            @Nullable OwnDrafts own,
            double fullShare,
            int documentEnd,
            List<Integer> blockTokens) {
        this.noise = noise;
        this.drafts = drafts;
        this.own = own;
        this.fullShare = fullShare;
        this.documentEnd = documentEnd;
        this.blockTokens = List.copyOf(blockTokens);
    }

    @Override
    public TrainingBatch pose(Batch clean, CurrentModel model, RandomGenerator random) {
        return corrupt(clean, model, random).pack(documentEnd);
    }

    /** Draws the noise of a batch. */
    NoisyBatch corrupt(Batch clean, CurrentModel model, RandomGenerator random) {
        NoisyBatch noisy = corrupt(clean, random);
        return own == null ? noisy : own.lay(noisy, model, random);
    }

    private NoisyBatch corrupt(Batch clean, RandomGenerator random) {
        List<BlockPartition> partitions = new ArrayList<>();
        for (int row = 0; row < clean.tokens().length; row++) {
            partitions.add(
                    BlockPartition.of(
                            AskedFor.segments(clean, row, documentEnd),
                            blockTokens.get(random.nextInt(blockTokens.size())),
                            random));
        }
        int blocks = partitions.stream().mapToInt(BlockPartition::blocks).sum();
        double[] levels = NoiseLevels.spread(blocks, random);
        for (int block = 0; block < blocks && fullShare > 0; block++) {
            levels[block] = random.nextDouble() < fullShare ? 1 : levels[block];
        }
        List<NoisyRow> noisy = new ArrayList<>();
        int firstLevel = 0;
        for (int row = 0; row < partitions.size(); row++) {
            BlockPartition partition = partitions.get(row);
            int next = firstLevel + partition.blocks();
            double[] own = Arrays.copyOfRange(levels, firstLevel, next);
            noisy.add(noise.corrupt(clean.tokens()[row], partition, own, random));
            if (drafts != null) {
                drafts.lay(noisy.getLast(), partition, clean, row, random);
            }
            firstLevel = next;
        }
        return new NoisyBatch(clean, partitions, noisy);
    }
}
