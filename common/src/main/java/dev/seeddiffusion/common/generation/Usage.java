package dev.seeddiffusion.common.generation;

/**
 * What a generation cost.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedTokens how many of them were found in a cache
 * @param completionTokens tokens committed
 * @param forwards calls of the model after the prefill; of those on a replica that did not go on as
 *     many as its steps that are known
 * @param denoisingSteps updates of a canvas
 * @param prefix what was done about cached tokens that another replica had
 */
public record Usage(
        int promptTokens,
        int cachedTokens,
        int completionTokens,
        int forwards,
        int denoisingSteps,
        PrefixChoice prefix) {

    /** Of a generation that found nothing elsewhere. */
    public Usage(
            int promptTokens,
            int cachedTokens,
            int completionTokens,
            int forwards,
            int denoisingSteps) {
        this(
                promptTokens,
                cachedTokens,
                completionTokens,
                forwards,
                denoisingSteps,
                PrefixChoice.NONE);
    }
}
