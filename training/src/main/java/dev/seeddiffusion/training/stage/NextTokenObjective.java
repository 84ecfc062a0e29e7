package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.training.data.Batch;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** The autoregressive baseline: predict the next token of the clean stream, and nothing else. */
public final class NextTokenObjective implements Objective {

    private static final BlockPartition NO_BLOCKS =
            BlockPartition.of(List.of(), 1, RandomGenerator.getDefault());
    private static final NoisyRow NO_NOISE = new NoisyRow(new int[0], new double[0]);

    private final int documentEnd;

    public NextTokenObjective(int documentEnd) {
        this.documentEnd = documentEnd;
    }

    @Override
    public TrainingBatch pose(Batch clean, CurrentModel model, RandomGenerator random) {
        int rows = clean.tokens().length;
        return new NoisyBatch(
                        clean,
                        Collections.nCopies(rows, NO_BLOCKS),
                        Collections.nCopies(rows, NO_NOISE))
                .pack(documentEnd);
    }
}
