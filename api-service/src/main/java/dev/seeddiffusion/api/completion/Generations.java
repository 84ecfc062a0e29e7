package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Has the backend write all texts of a question, together or one after the other. */
@Component
final class Generations {

    private final GenerationBackend backend;
    private final CompletionProperties properties;

    Generations(GenerationBackend backend, CompletionProperties properties) {
        this.backend = backend;
        this.properties = properties;
    }

    /** Texts for {@code caller}. */
    Writing of(Caller caller) {
        return (question, requestId, served) -> parts(question, requestId, caller.tenant(), served);
    }

    private Flux<Part> parts(
            Question question, String requestId, String tenant, ModelDescription model) {
        SamplingRequest sampling = question.sampling();
        return switch (question.work()) {
            case PromptText text -> {
                List<GenerationRequest> requests =
                        IntStream.range(0, question.texts())
                                .mapToObj(
                                        i -> sampling.generation(requestId, tenant, text, i, model))
                                .toList();
                yield inTime(
                        Flux.range(0, requests.size())
                                .flatMap(i -> part(i, requests.get(i)), requests.size()));
            }
            case InfillText text -> {
                sampling.generation(requestId, tenant, text.hole(0, List.of()), 0, model); // checks
                yield inTime(Flux.defer(() -> holes(sampling, text, requestId, tenant, model)));
            }
        };
    }

    private Flux<Part> holes(
            SamplingRequest sampling,
            InfillText text,
            String requestId,
            String tenant,
            ModelDescription model) {
        List<String> filled = new ArrayList<>();
        return Flux.range(0, text.holes())
                .concatMap(
                        i -> {
                            StringBuilder hole = new StringBuilder();
                            PromptText prompt = text.hole(i, filled);
                            return part(i, sampling.generation(requestId, tenant, prompt, i, model))
                                    .doOnNext(part -> add(part.event(), hole))
                                    .doOnComplete(() -> filled.add(hole.toString()));
                        },
                        0);
    }

    private static void add(GenerationEvent event, StringBuilder text) {
        if (event instanceof Committed committed) {
            text.append(committed.text());
        }
    }

    private Flux<Part> part(int index, GenerationRequest request) {
        return backend.generate(request).map(event -> new Part(index, event));
    }

    private Flux<Part> inTime(Flux<Part> parts) {
        ApiException late =
                ApiException.of(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "The completion was not done within %d s: ask for fewer tokens."
                                .formatted(properties.deadline().toSeconds()));
        return Flux.defer(
                () -> {
                    Instant end = Instant.now().plus(properties.deadline());
                    return parts.timeout(
                            Mono.delay(properties.deadline()),
                            _ -> Mono.delay(Duration.between(Instant.now(), end)),
                            Flux.error(late));
                });
    }
}
