package dev.seeddiffusion.training.stage;

/**
 * What one optimiser step computes: b rows of n tokens under their masks, and k scored positions.
 *
 * @param batch rows, b
 * @param length tokens a row, n
 * @param ids token ids (b · n)
 * @param visible attention (b · n · n): 1 where the row's token sees the column's
 * @param positions of the n tokens of a row, the same for every row
 * @param rows which of the b · n hidden states are scored (k)
 * @param targets what each should predict (k)
 * @param scales share of each in the diffusion loss, then in the next-token loss (2 · k)
 */
record TrainingBatch(
        int batch,
        int length,
        long[] ids,
        byte[] visible,
        int[] positions,
        long[] rows,
        long[] targets,
        float[] scales) {}
