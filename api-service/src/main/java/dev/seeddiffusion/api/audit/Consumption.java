package dev.seeddiffusion.api.audit;

import dev.seeddiffusion.api.audit.AuditRecord.Generations;
import dev.seeddiffusion.common.generation.Usage;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** What one request has consumed so far; in its Reactor context. Thread-safe. */
public final class Consumption {

    private int requests;
    private Usage total = new Usage(0, 0, 0, 0, 0);
    private @Nullable String finish;

    /** That of the request which is being answered. */
    public static Consumption of(ContextView context) {
        return context.get(Consumption.class);
    }

    /**
     * @param ending {@code stop}, {@code length}, an error's code, or {@code cancelled}
     */
    public synchronized void add(Usage usage, String ending) {
        requests++;
        total =
                new Usage(
                        total.promptTokens() + usage.promptTokens(),
                        total.cachedTokens() + usage.cachedTokens(),
                        total.completionTokens() + usage.completionTokens(),
                        total.forwards() + usage.forwards(),
                        total.denoisingSteps() + usage.denoisingSteps());
        finish = ending;
    }

    synchronized @Nullable Generations generations() {
        return requests == 0
                ? null
                : new Generations(
                        requests,
                        total.promptTokens(),
                        total.cachedTokens(),
                        total.completionTokens(),
                        total.forwards(),
                        total.denoisingSteps());
    }

    synchronized @Nullable String finish() {
        return finish;
    }
}
