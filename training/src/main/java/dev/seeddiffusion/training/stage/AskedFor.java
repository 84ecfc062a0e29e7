package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.BlockPartition.Segment;
import dev.seeddiffusion.training.data.Batch;
import java.util.ArrayList;
import java.util.List;

/** What a batch asks for, between what it only gives. */
final class AskedFor {

    private AskedFor() {}

    /** The runs of tokens of one document that a row asks for. */
    static List<Segment> segments(Batch clean, int row, int documentEnd) {
        int[] tokens = clean.tokens()[row];
        int[] document = clean.documentIndex()[row];
        boolean[] given = clean.given()[row];
        List<Segment> segments = new ArrayList<>();
        for (int start = 0; start < tokens.length; ) {
            if (given[start]) {
                start++;
                continue;
            }
            int end = start + 1;
            while (end < tokens.length && !given[end] && document[end] == document[start]) {
                end++;
            }
            segments.add(new Segment(start, end, tokens[end - 1] == documentEnd));
            start = end;
        }
        return segments;
    }

    /** Number of tokens that the batch asks for. */
    static int tokens(Batch clean) {
        int count = 0;
        for (boolean[] row : clean.given()) {
            for (boolean given : row) {
                count += given ? 0 : 1;
            }
        }
        return count;
    }

    /**
     * Scores each token asked for at the clean token before it, as a mean over the batch.
     *
     * @param first of the clean tokens of the row in the batch
     */
    static void scoreNextTokens(TrainingBatch.Builder batch, Batch clean, int row, int first) {
        int[] tokens = clean.tokens()[row];
        double scale = 1.0 / tokens(clean);
        for (int i = 0; i < tokens.length; i++) {
            batch.ids()[first + i] = tokens[i];
            if (i > 0 && !clean.given()[row][i]) {
                batch.scoreNextToken(first + i - 1, tokens[i], scale);
            }
        }
    }
}
