package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text as it grows. */
final class WrittenText {

    private final StringBuilder text = new StringBuilder();
    private final List<PlacedToken> tokens = new ArrayList<>();
    private @Nullable Finished end;
    private boolean opened;

    /**
     * @throws ApiException if the text failed
     */
    void see(GenerationEvent event) {
        switch (event) {
            case Started _, Drafted _ -> {}
            case Committed committed -> {
                text.append(committed.text());
                tokens.addAll(committed.output());
            }
            case Finished finished -> end = finished;
            case Failed failed -> throw ApiException.of(failed);
        }
    }

    /** Whether this is the first time that something is said of it. */
    boolean open() {
        boolean first = !opened;
        opened = true;
        return first;
    }

    String text() {
        return text.toString();
    }

    int characters() {
        return text.codePointCount(0, text.length());
    }

    List<PlacedToken> tokens() {
        return tokens;
    }

    FinishReason finishReason() {
        return end().reason();
    }

    Usage usage() {
        return end().usage();
    }

    private Finished end() {
        if (end == null) {
            throw new IllegalStateException("The backend broke off before the text's end.");
        }
        return end;
    }
}
