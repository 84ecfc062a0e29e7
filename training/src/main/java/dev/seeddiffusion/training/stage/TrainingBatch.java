package dev.seeddiffusion.training.stage;

import java.util.Arrays;

/**
 * What one optimiser step computes: b rows of n tokens under their masks, and k scored positions.
 *
 * @param batch rows, b
 * @param length tokens a row, n
 * @param ids token ids (b · n)
 * @param visible attention (b · n · n): 1 where the row's token sees the column's
 * @param positions of the tokens (b · n)
 * @param rows which of the b · n hidden states are scored (k)
 * @param targets what each should predict (k)
 * @param scales share of each in the diffusion loss, then in the next-token loss (2 · k)
 */
public record TrainingBatch(
        int batch,
        int length,
        long[] ids,
        byte[] visible,
        long[] positions,
        long[] rows,
        long[] targets,
        float[] scales) {

    /** A batch as it is written, row by row. */
    static final class Builder {
        private final int batch;
        private final int length;
        private final long[] ids;
        private final byte[] visible;
        private final long[] positions;
        private final long[] rows;
        private final long[] targets;
        private final float[] diffusion;
        private final float[] nextToken;
        private int scored;

        Builder(int batch, int length) {
            int tokens = batch * length;
            this.batch = batch;
            this.length = length;
            this.ids = new long[tokens];
            this.visible = new byte[tokens * length];
            this.positions = new long[tokens];
            this.rows = new long[tokens];
            this.targets = new long[tokens];
            this.diffusion = new float[tokens];
            this.nextToken = new float[tokens];
        }

        long[] ids() {
            return ids;
        }

        byte[] visible() {
            return visible;
        }

        long[] positions() {
            return positions;
        }

        /**
         * @param row which of the b · n hidden states predicts the target; scored at most once
         */
        void scoreDiffusion(int row, int target, double scale) {
            diffusion[scored] = (float) scale;
            score(row, target);
        }

        /**
         * @param row which of the b · n hidden states predicts the target; scored at most once
         */
        void scoreNextToken(int row, int target, double scale) {
            nextToken[scored] = (float) scale;
            score(row, target);
        }

        private void score(int row, int target) {
            rows[scored] = row;
            targets[scored] = target;
            scored++;
        }

        TrainingBatch build() {
            float[] scales = Arrays.copyOf(diffusion, 2 * scored);
            System.arraycopy(nextToken, 0, scales, scored, scored);
            return new TrainingBatch(
                    batch,
                    length,
                    ids,
                    visible,
                    positions,
                    Arrays.copyOf(rows, scored),
                    Arrays.copyOf(targets, scored),
                    scales);
        }
    }
}
