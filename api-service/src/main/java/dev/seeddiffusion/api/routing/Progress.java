package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Resume;
import dev.seeddiffusion.common.generation.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client has of its generation, whichever replicas made it, and so what is to be asked of
 * the next one. Not thread-safe.
 */
final class Progress {

    private final GenerationRequest request;
    private final long arrival = System.nanoTime();
    private final List<Integer> tokens = new ArrayList<>();
    private @Nullable Started started;

    /** Text that is told with the end: what is resumed before that tells it again. */
    private @Nullable Committed rest;

    /** Whether what the client has is written once more. */
    private boolean isAgain;

    private int nextPosition;
    private int steps;

    Progress(GenerationRequest request) {
        this.request = request;
    }

    /** Tokens that the client has. */
    int tokens() {
        return tokens.size();
    }

    /**
     * What the client lacks; of a deterministic replica all of it, since what was told comes again
     * in the same way.
     *
     * @param begunBy what the replica serves that began; null if that is not known
     */
    GenerationRequest request(@Nullable ModelDescription begunBy) {
        if (started == null) {
            return request;
        }
        isAgain = begunBy != null && begunBy.deterministic();
        boolean fromStart = isAgain || tokens.isEmpty();
        return request.resumed(
                fromStart ? null : new Resume(List.copyOf(tokens), steps),
                begunBy,
                remainingMillis());
    }

    private @Nullable Integer remainingMillis() {
        if (request.deadlineMillis() == null) {
            return null;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - arrival);
        return (int) Math.max(1, request.deadlineMillis() - millis);
    }

    /**
     * @return what the client is to be told because of it
     * @throws GapException if tokens are missing before these, or were told already
     */
    List<GenerationEvent> see(GenerationEvent event) {
        return switch (event) {
            case Started _ when started != null -> List.of();
            case Started first -> {
                started = first;
                yield List.of(first);
            }
            case Drafted draft when isAgain && draft.step() <= steps -> List.of();
            case Committed text when isAgain && wasTold(text) -> List.of();
            case Drafted draft -> {
                steps = draft.step();
                yield List.of(draft);
            }
            case Committed text when text.tokens().isEmpty() -> {
                rest = text;
                yield List.of();
            }
            case Committed committed -> {
                add(committed);
                yield List.of(committed);
            }
            case Finished(var reason, var usage) -> {
                Finished end = new Finished(reason, asStarted(usage));
                yield rest == null ? List.of(end) : List.of(rest, end);
            }
            case Failed failed -> List.of(failed);
        };
    }

    private boolean wasTold(Committed committed) {
        int end = committed.firstPosition() + committed.tokens().size();
        return !committed.tokens().isEmpty() && end <= nextPosition;
    }

    private void add(Committed committed) {
        int first = committed.firstPosition();
        if (tokens.isEmpty() ? first > 0 : first != nextPosition) {
            throw new GapException(nextPosition, first);
        }
        nextPosition = first + committed.tokens().size();
        for (PlacedToken token : committed.tokens()) {
            tokens.add(token.id());
            steps = Math.max(steps, token.step());
        }
    }

    /** What was found in a cache to resume is no gain of the client's. */
    private Usage asStarted(Usage usage) {
        return started == null
                ? usage
                : new Usage(
                        usage.promptTokens(),
                        started.cachedTokens(),
                        usage.completionTokens(),
                        usage.forwards(),
                        usage.denoisingSteps(),
                        usage.prefix());
    }

    /** A replica did not go on where the client's stream is. */
    static final class GapException extends RuntimeException {
        private GapException(int expected, int found) {
            super("Tokens from position %d on were expected, not %d.".formatted(expected, found));
        }
    }
}
