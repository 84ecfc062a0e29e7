package dev.seeddiffusion.diffusion.sampling;

/**
 * What a generation cost.
 *
 * @param promptTokens tokens of the prompt, the document start included
 * @param cachedTokens how many of them were in the cache at the start
 * @param completionTokens tokens committed
 * @param forwards calls of the model after the prefill; of a resumed output's earlier ones as many
 *     as its steps
 * @param steps denoising steps; in autoregressive mode, tokens
 */
public record SamplingUsage(
        int promptTokens, int cachedTokens, int completionTokens, int forwards, int steps) {

    /** Committed tokens a forward after the prefill; greater is better. */
    public double tokensPerForward() {
        return forwards == 0 ? 0 : (double) completionTokens / forwards;
    }
}
