package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.ModelDescription;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/**
 * Tells metrics and traces of each chat, by Spring AI's conventions ({@code gen_ai.*}): model,
 * limits, duration, tokens, how it ended. Nothing of what was said: neither is it shown messages,
 * nor stop strings.
 */
@Component
final class ChatObservation {

    private static final String PROVIDER = "seed-diffusion";
    private static final ChatModelObservationConvention CONVENTION =
            new DefaultChatModelObservationConvention();

    private final ObservationRegistry registry;

    ChatObservation(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** The same parts, observed. */
    Flux<Part> observe(
            Flux<Part> parts, Question question, String requestId, ModelDescription served) {
        return Flux.deferContextual(
                context -> {
                    ChatModelObservationContext observed =
                            ChatModelObservationContext.builder()
                                    .prompt(new Prompt(List.of(), asked(question, served)))
                                    .provider(PROVIDER)
                                    .streaming(question.sampling().stream())
                                    .build();
                    Observation observation = start(observed, context);
                    List<Finished> ends = new ArrayList<>();
                    return parts.doOnNext(
                                    part -> {
                                        switch (part.event()) {
                                            case Finished end -> ends.add(end);
                                            case Failed failed ->
                                                    observation.error(ApiException.of(failed));
                                            default -> {}
                                        }
                                    })
                            .doOnComplete(
                                    () ->
                                            tell(
                                                    observed,
                                                    question,
                                                    ends,
                                                    new ChatResponses(requestId, served)))
                            .doOnError(observation::error)
                            .doFinally(_ -> observation.stop());
                });
    }

    private Observation start(ChatModelObservationContext observed, ContextView context) {
        return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION
                .observation(null, CONVENTION, () -> observed, registry)
                .parentObservation(context.getOrDefault(ObservationThreadLocalAccessor.KEY, null))
                .start();
    }

    private static void tell(
            ChatModelObservationContext observed,
            Question question,
            List<Finished> ends,
            ChatResponses responses) {
        if (ends.size() == question.texts()) {
            observed.setResponse(
                    responses.ended(
                            ends.stream()
                                    .map(end -> ChatResponses.ended("", end.reason()))
                                    .toList(),
                            question.usage(ends.stream().map(Finished::usage).toList())));
        }
    }

    /** The model is the one that is served: what a client calls it must not become a metric. */
    private static DiffusionChatOptions asked(Question question, ModelDescription served) {
        SamplingRequest sampling = question.sampling();
        return DiffusionChatOptions.builder()
                .model(served.id())
                .maxTokens(sampling.maxTokens())
                .temperature(sampling.temperature())
                .topP(sampling.topP())
                .build();
    }
}
