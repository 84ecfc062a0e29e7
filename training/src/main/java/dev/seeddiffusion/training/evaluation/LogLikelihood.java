package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import java.util.Arrays;

/** How likely a model, in its causal mode, holds a text. */
public final class LogLikelihood {

    private LogLikelihood() {}

    /**
     * @param tokens at least two, no more than the model's context
     * @return log-probability of all tokens but the first, given those before them; in nats
     */
    public static double of(Transformer model, int[] tokens) {
        int rows = tokens.length - 1;
        try (KvCache cache = model.newCache(rows);
                Logits logits = model.forward(cache, Arrays.copyOf(tokens, rows), new int[0], 0)) {
            float[] all = logits.toArray();
            int vocabulary = all.length / rows;
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                int from = row * vocabulary;
                sum += all[from + tokens[row + 1]] - logSumExp(all, from, from + vocabulary);
            }
            return sum;
        }
    }

    private static double logSumExp(float[] values, int from, int to) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            max = Math.max(max, values[i]);
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.exp(values[i] - max);
        }
        return max + Math.log(sum);
    }
}
