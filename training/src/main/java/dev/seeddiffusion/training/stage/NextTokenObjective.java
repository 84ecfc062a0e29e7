package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.training.data.Batch;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The autoregressive baseline: predict the next token of the clean stream, and nothing else. */
final class NextTokenObjective implements Objective {

    private final int documentEnd;

    NextTokenObjective(int documentEnd) {
        this.documentEnd = documentEnd;
    }

    @Override
    public TrainingBatch pose(Batch clean, RandomGenerator random) {
        int batch = clean.tokens().length;
        int length = clean.tokens()[0].length;
        long[] ids = new long[batch * length];
        byte[] visible = new byte[batch * length * length];
        ScoredRows scored = new ScoredRows(batch * length);
        for (int b = 0; b < batch; b++) {
            int[] tokens = clean.tokens()[b];
            int[] documentStart = clean.documentStart()[b];
            for (int i = 0; i < length; i++) {
                int row = b * length + i;
                ids[row] = tokens[i];
                int start = tokens[i] == documentEnd ? i : documentStart[i];
                for (int j = start; j <= i; j++) {
                    visible[row * length + j] = 1;
                }
                if (i + 1 < length) {
                    scored.addNextToken(row, tokens[i + 1], 1.0 / (batch * length));
                }
            }
        }
        return new TrainingBatch(
                batch,
                length,
                ids,
                visible,
                IntStream.range(0, length).toArray(),
                scored.rows(),
                scored.targets(),
                scored.scales());
    }
}
