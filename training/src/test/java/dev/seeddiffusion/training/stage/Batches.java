package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.training.data.Batch;
import java.util.stream.IntStream;

/** A small batch: in each row a prompt with its answer, another one, and one that the row cuts. */
final class Batches {
    static final int END = 0;
    static final int ROWS = 4;
    static final int LENGTH = 64;

    private Batches() {}

    static Batch promptsAndAnswers() {
        Batch batch =
                new Batch(
                        new int[ROWS][LENGTH],
                        new int[ROWS][LENGTH],
                        new int[ROWS][LENGTH],
                        new boolean[ROWS][LENGTH]);
        for (int row = 0; row < ROWS; row++) {
            batch.tokens()[row] = IntStream.range(row, row + LENGTH).map(i -> 2 + i % 50).toArray();
            batch.tokens()[row][0] = END;
            document(batch, row, 0, 0, 20 + row, 6);
            document(batch, row, 1, 20 + row, 40, 31 - row);
            document(batch, row, 2, 40, 70, 44);
        }
        return batch;
    }

    /**
     * @param start position of the document end before it
     * @param end position of its own
     * @param given position of the first token that is asked for
     */
    private static void document(Batch batch, int row, int index, int start, int end, int given) {
        for (int i = index == 0 ? 0 : start + 1; i <= end && i < LENGTH; i++) {
            batch.documentIndex()[row][i] = index;
            batch.documentStart()[row][i] = start;
            batch.given()[row][i] = i < given;
        }
        if (end < LENGTH) {
            batch.tokens()[row][end] = END;
        }
    }
}
