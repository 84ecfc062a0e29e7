package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Usage;
import java.util.Locale;

/**
 * What one generation has cost so far, also if it never finishes. For one stream of events; another
 * thread may read it.
 */
final class Meter {

    private static final String CANCELLED = "cancelled";

    private volatile Usage usage = new Usage(0, 0, 0, 0, 0);
    private volatile String ending = CANCELLED;

    void see(GenerationEvent event) {
        switch (event) {
            case Started(_, var promptTokens, var cachedTokens) ->
                    usage = new Usage(promptTokens, cachedTokens, 0, 0, 0);
            case Drafted _ -> {}
            case Committed(_, var tokens, _) -> {
                int steps = usage.denoisingSteps();
                for (PlacedToken token : tokens) {
                    steps = Math.max(steps, token.step());
                }
                usage =
                        new Usage(
                                usage.promptTokens(),
                                usage.cachedTokens(),
                                usage.completionTokens() + tokens.size(),
                                steps, // at least
                                steps);
            }
            case Finished(var reason, var total) -> {
                usage = total;
                ending = reason.name().toLowerCase(Locale.ROOT);
            }
            case Failed failed -> ending = failed.code().name().toLowerCase(Locale.ROOT);
        }
    }

    void see(Throwable error) {
        ending = error instanceof ApiException known ? known.body().error().code() : "internal";
    }

    Usage usage() {
        return usage;
    }

    /** {@code stop}, {@code length}, an error's code, or {@code cancelled} if nothing came. */
    String ending() {
        return ending;
    }
}
