package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.api.error.ApiErrors;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.Usage;
import java.util.Locale;

/** What one generation has cost so far, also if it never finishes. For one stream of events. */
final class Meter {

    private Usage usage = new Usage(0, 0, 0, 0, 0);
    private String ending = "cancelled";

    void see(GenerationEvent event) {
        switch (event) {
            case Started(_, var promptTokens, var cachedTokens) ->
                    usage = new Usage(promptTokens, cachedTokens, 0, 0, 0);
            case Drafted _ -> {}
            case Committed committed ->
                    usage =
                            new Usage(
                                    usage.promptTokens(),
                                    usage.cachedTokens(),
                                    usage.completionTokens() + committed.tokens().size(),
                                    0,
                                    0);
            case Finished(var reason, var total) -> {
                usage = total;
                ending = reason.name().toLowerCase(Locale.ROOT);
            }
            case Failed failed -> ending = failed.code().name().toLowerCase(Locale.ROOT);
        }
    }

    void see(Throwable error) {
        ending = ApiErrors.of(error).body().error().code();
    }

    Usage usage() {
        return usage;
    }

    /** {@code stop}, {@code length}, an error's code, or {@code cancelled} if nothing came. */
    String ending() {
        return ending;
    }
}
