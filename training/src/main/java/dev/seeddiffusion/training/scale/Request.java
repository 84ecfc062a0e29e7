package dev.seeddiffusion.training.scale;

/** A request on its way. */
final class Request {

    /** Where the beginning of the prompt comes from. */
    enum Source {
        MEMORY,
        REDIS,
        COMPUTED
    }

    final int prefix;
    final double arrivedAt;
    private final double outputTokens;
    Source source = Source.MEMORY;
    double firstTokenAt;
    double doneAt;
    private int promptLeft;
    private double written;

    Request(int prefix, double arrivedAt, double outputTokens) {
        this.prefix = prefix;
        this.arrivedAt = arrivedAt;
        this.outputTokens = outputTokens;
    }

    void mustRead(int promptTokens) {
        promptLeft = promptTokens;
    }

    /** Tokens that it brings to the next forward: a piece of its prompt, or a step's. */
    int rows(int step, int piece) {
        return promptLeft > 0 ? Math.min(piece, promptLeft) : step;
    }

    /** One forward further. */
    void step(double tokensPerForward, int piece, double now) {
        if (promptLeft > 0) {
            promptLeft = Math.max(0, promptLeft - piece);
            return;
        }
        if (written == 0) {
            firstTokenAt = now;
        }
        written += tokensPerForward;
    }

    boolean isDone() {
        return written >= outputTokens;
    }
}
