package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.PackedLayout;
import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.training.data.Batch;
import java.util.List;
import java.util.random.RandomGenerator;

/** The autoregressive baseline: predict the next token of the clean stream, and nothing else. */
final class NextTokenObjective implements Objective {

    private static final BlockPartition NOTHING_NOISY =
            BlockPartition.of(List.of(), 1, RandomGenerator.getDefault());

    private final int documentEnd;

    NextTokenObjective(int documentEnd) {
        this.documentEnd = documentEnd;
    }

    @Override
    public TrainingBatch pose(Batch clean, RandomGenerator random) {
        int rows = clean.tokens().length;
        PackedLayout layout = new PackedLayout(0, clean.tokens()[0].length);
        int length = layout.length();
        TrainingBatch.Builder batch = new TrainingBatch.Builder(rows, length);
        for (int row = 0; row < rows; row++) {
            int first = row * length;
            AskedFor.scoreNextTokens(batch, clean, row, first);
            layout.writeMask(
                    batch.visible(),
                    first * length,
                    NOTHING_NOISY,
                    clean.tokens()[row],
                    clean.documentStart()[row],
                    documentEnd);
            layout.writePositions(batch.positions(), first, NOTHING_NOISY);
        }
        return batch.build();
    }
}
