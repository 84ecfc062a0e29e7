package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.completion.Answer.Diffusion;
import dev.seeddiffusion.api.completion.Answer.TokenUsage;
import dev.seeddiffusion.api.completion.AnswerShape.Details;
import dev.seeddiffusion.api.completion.AnswerShape.Piece;
import dev.seeddiffusion.api.error.ApiErrors;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what happens to the texts of one question as OpenAI's JSON: whole, or as server-sent
 * events. For one subscription.
 */
final class AnswerWriter {

    private static final String DONE = "data: [DONE]\n\n";

    private final JsonMapper json;
    private final String id;
    private final String model;
    private final Question question;
    private final AnswerShape shape;
    private final List<WrittenText> texts;
    private final long created = Instant.now().getEpochSecond();

    AnswerWriter(JsonMapper json, String requestId, String model, Question question) {
        this.json = json;
        this.id = question.shape().prefix() + requestId;
        this.model = model;
        this.question = question;
        this.shape = question.shape();
        this.texts = IntStream.range(0, question.texts()).mapToObj(_ -> new WrittenText()).toList();
    }

    /** The answer once all texts have ended; an error if one of them failed. */
    Mono<Answer> whole(Flux<Part> parts) {
        return parts.doOnNext(part -> texts.get(part.index()).see(part.event()))
                .then(Mono.fromSupplier(this::whole));
    }

    /**
     * The frames of a stream. A failure before the first frame is an error, so that it can still
     * become a status; a later one is the last frame.
     */
    Flux<String> frames(Flux<Part> parts) {
        return parts.concatMapIterable(part -> chunks(part).toList())
                .concatWith(Flux.defer(() -> Flux.fromStream(usageChunk())))
                .map(chunk -> "data: " + json.writeValueAsString(chunk) + "\n\n")
                .concatWithValues(DONE)
                .switchOnFirst(
                        (first, frames) ->
                                first.isOnError()
                                        ? frames
                                        : frames.onErrorResume(e -> Mono.just(errorFrame(e))));
    }

    private Stream<Answer> chunks(Part part) {
        int index = part.index();
        WrittenText text = texts.get(index);
        int offset = text.characters();
        text.see(part.event());
        return switch (part.event()) {
            case Started _ -> Stream.empty();
            case Drafted _ when !question.sampling().diffusing() -> Stream.empty();
            case Drafted draft ->
                    opened(
                            index,
                            chunk(
                                    Diffusion.Draft.of(draft),
                                    piece(index, "", offset, List.of(), null)));
            // Tokens may end within a character; their text comes with the next ones.
            case Committed it when it.text().isEmpty() && !tellsTokens() -> Stream.empty();
            case Committed it ->
                    opened(index, chunk(null, piece(index, it.text(), offset, it.output(), null)));
            case Finished(var reason, _) -> opened(index, ending(index, offset, reason));
            case Failed failed -> throw ApiException.of(failed);
        };
    }

    /** Whatever comes first of a text comes after its opening. */
    private Stream<Answer> opened(int index, Answer... chunks) {
        Stream<Answer> opening =
                texts.get(index).open()
                        ? shape.opening(index).stream().map(choice -> chunk(null, choice))
                        : Stream.empty();
        return Stream.concat(opening, Stream.of(chunks));
    }

    private Answer[] ending(int index, int offset, FinishReason reason) {
        Answer end = chunk(null, piece(index, "", offset, List.of(), name(reason)));
        return shape.trail().isEmpty()
                ? new Answer[] {end}
                : new Answer[] {
                    chunk(null, piece(index, shape.trail(), offset, List.of(), null)), end
                };
    }

    private Stream<Answer> usageChunk() {
        Usage usage = usage();
        return question.sampling().includeUsage()
                ? Stream.of(
                        new Answer(
                                id,
                                shape.chunk(),
                                created,
                                model,
                                List.of(),
                                null,
                                TokenUsage.of(usage),
                                Diffusion.Cost.of(usage)))
                : Stream.empty();
    }

    private Answer whole() {
        List<Answer.Choice> choices = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            WrittenText text = texts.get(i);
            String all = shape.lead() + text.text() + shape.trail();
            choices.add(shape.choice(piece(i, all, 0, text.tokens(), name(text.finishReason()))));
        }
        Usage usage = usage();
        return new Answer(
                id,
                shape.whole(),
                created,
                model,
                choices,
                question.work() instanceof InfillText infill
                        ? infill.filled(texts.stream().map(WrittenText::text).toList())
                        : null,
                TokenUsage.of(usage),
                Diffusion.Cost.of(usage));
    }

    private Usage usage() {
        return question.usage(texts.stream().map(WrittenText::usage).toList());
    }

    private Answer chunk(@Nullable Diffusion diffusion, Piece piece) {
        return chunk(diffusion, shape.delta(piece));
    }

    private Answer chunk(@Nullable Diffusion diffusion, Answer.Choice choice) {
        return new Answer(
                id, shape.chunk(), created, model, List.of(choice), null, null, diffusion);
    }

    private Piece piece(
            int index,
            String text,
            int offset,
            List<PlacedToken> tokens,
            @Nullable String finishReason) {
        boolean some = !tokens.isEmpty();
        SamplingRequest sampling = question.sampling();
        return new Piece(
                index,
                text,
                offset,
                new Details(tokens, sampling.logprobs() && some, sampling.provenance() && some),
                finishReason);
    }

    private boolean tellsTokens() {
        return question.sampling().logprobs() || question.sampling().provenance();
    }

    /**
     * Clients take an error in a nameless event for text or for the end; a named one they raise.
     */
    private String errorFrame(Throwable error) {
        return "event: error\ndata: "
                + json.writeValueAsString(ApiErrors.of(error).body())
                + "\n\n";
    }

    /** As OpenAI calls it. */
    static String name(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
        };
    }
}
