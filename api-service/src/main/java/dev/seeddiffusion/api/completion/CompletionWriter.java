package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.completion.Completion.Choice;
import dev.seeddiffusion.api.completion.Completion.Diffusion;
import dev.seeddiffusion.api.completion.Completion.TokenUsage;
import dev.seeddiffusion.api.error.ApiErrors;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.Usage;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Writes the events of one generation as OpenAI's JSON: whole, or as server-sent events. */
final class CompletionWriter {

    private static final String OBJECT = "text_completion";
    private static final String DONE = "data: [DONE]\n\n";

    private final JsonMapper json;
    private final String id;
    private final String model;
    private final CompletionRequest request;
    private final long created = Instant.now().getEpochSecond();

    /**
     * @param request says what a stream holds beside text
     */
    CompletionWriter(JsonMapper json, String requestId, String model, CompletionRequest request) {
        this.json = json;
        this.id = "cmpl-" + requestId;
        this.model = model;
        this.request = request;
    }

    /** The completion once it has ended; an error if the generation failed. */
    Mono<String> whole(Flux<GenerationEvent> events) {
        return Mono.defer(
                () -> {
                    StringBuilder text = new StringBuilder();
                    return events.<Completion>handle(
                                    (event, sink) -> {
                                        switch (event) {
                                            case Started _, Drafted _ -> {}
                                            case Committed committed ->
                                                    text.append(committed.text());
                                            case Finished(var reason, var usage) ->
                                                    sink.next(
                                                            whole(text.toString(), reason, usage));
                                            case Failed failed ->
                                                    sink.error(ApiException.of(failed));
                                        }
                                    })
                            .single()
                            .map(json::writeValueAsString);
                });
    }

    /**
     * The frames of a stream. A failure before the first frame is an error, so that it can still
     * become a status; a later one is the last frame.
     */
    Flux<String> frames(Flux<GenerationEvent> events) {
        return events.concatMapIterable(event -> chunks(event).toList())
                .map(chunk -> "data: " + json.writeValueAsString(chunk) + "\n\n")
                .concatWithValues(DONE)
                .switchOnFirst(
                        (first, frames) ->
                                first.isOnError()
                                        ? frames
                                        : frames.onErrorResume(e -> Mono.just(errorFrame(e))));
    }

    private Stream<Completion> chunks(GenerationEvent event) {
        return switch (event) {
            case Started _ -> Stream.empty();
            case Drafted _ when !request.diffusing() -> Stream.empty();
            case Drafted(var block, var step, var text) ->
                    Stream.of(
                            chunk(
                                    null,
                                    new Diffusion.Draft(block, step, text),
                                    Choice.of("", null)));
            // Tokens may end within a character; their text comes with the next ones.
            case Committed(_, _, var text) when text.isEmpty() -> Stream.empty();
            case Committed(_, _, var text) -> Stream.of(chunk(null, null, Choice.of(text, null)));
            case Finished(var reason, var usage) -> {
                Completion finish = chunk(null, null, Choice.of("", name(reason)));
                yield request.includeUsage()
                        ? Stream.of(finish, chunk(TokenUsage.of(usage), Diffusion.Cost.of(usage)))
                        : Stream.of(finish);
            }
            case Failed failed -> throw ApiException.of(failed);
        };
    }

    private Completion whole(String text, FinishReason reason, Usage usage) {
        return chunk(TokenUsage.of(usage), Diffusion.Cost.of(usage), Choice.of(text, name(reason)));
    }

    private Completion chunk(
            @Nullable TokenUsage usage, @Nullable Diffusion diffusion, Choice... choices) {
        return new Completion(id, OBJECT, created, model, List.of(choices), usage, diffusion);
    }

    /**
     * Clients take an error in a nameless event for text or for the end; a named one they raise.
     */
    private String errorFrame(Throwable error) {
        return "event: error\ndata: "
                + json.writeValueAsString(ApiErrors.of(error).body())
                + "\n\n";
    }

    private static String name(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
        };
    }
}
