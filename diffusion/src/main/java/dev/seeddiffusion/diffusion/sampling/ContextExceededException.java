package dev.seeddiffusion.diffusion.sampling;

/** Prompt and output together are longer than the model's context. */
public final class ContextExceededException extends IllegalArgumentException {

    /**
     * @param promptTokens tokens of the prompt
     * @param maxTokens output asked for
     * @param contextTokens of the model
     */
    public ContextExceededException(int promptTokens, int maxTokens, int contextTokens) {
        super(message(promptTokens, maxTokens, contextTokens));
    }

    private static String message(int promptTokens, int maxTokens, int contextTokens) {
        int left = contextTokens - promptTokens;
        String asked =
                "max_tokens is %d, but prompt (%d) + max_tokens must not exceed the context of %d: "
                        .formatted(maxTokens, promptTokens, contextTokens);
        return asked + (left > 0 ? "ask for at most " + left + "." : "send a shorter prompt.");
    }
}
