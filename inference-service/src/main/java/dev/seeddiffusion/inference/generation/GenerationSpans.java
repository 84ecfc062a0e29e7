package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.Usage;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.Locale;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * A span for each generation, between that of the request and those of its fetches, and a timer of
 * the same name, {@code inference.generation}. Attributes are those of OpenTelemetry's semantic
 * conventions for generative AI, where there is one; none is text of a prompt or an output.
 */
@Component
final class GenerationSpans {

    private static final String NONE = "none";

    private final ObservationRegistry registry;

    GenerationSpans(ObservationRegistry registry) {
        this.registry = registry;
    }

    /**
     * @param model its id
     */
    Flux<GenerationEvent> observe(String model, Flux<GenerationEvent> events) {
        return Flux.deferContextual(
                context -> {
                    Observation span =
                            Observation.createNotStarted("inference.generation", registry)
                                    .contextualName("text_completion " + model)
                                    .lowCardinalityKeyValue(
                                            "gen_ai.operation.name", "text_completion")
                                    .lowCardinalityKeyValue("gen_ai.request.model", model);
                    end(span, "cancelled", NONE); // unless something else comes
                    context.<Observation>getOrEmpty(ObservationThreadLocalAccessor.KEY)
                            .ifPresent(span::parentObservation);
                    return Flux.using(
                                    span::start,
                                    _ -> events.doOnNext(event -> see(span, event)),
                                    Observation::stop)
                            .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, span));
                });
    }

    private static void see(Observation span, GenerationEvent event) {
        switch (event) {
            case Finished(var reason, var usage) -> {
                end(span, reason.name(), NONE);
                add(span, usage);
            }
            case Failed failed -> end(span, "error", failed.code().name());
            default -> {
                // The span is of the whole.
            }
        }
    }

    private static void end(Observation span, String reason, String error) {
        span.lowCardinalityKeyValue(
                "gen_ai.response.finish_reasons", reason.toLowerCase(Locale.ROOT));
        span.lowCardinalityKeyValue("error.type", error.toLowerCase(Locale.ROOT));
    }

    private static void add(Observation span, Usage usage) {
        number(span, "gen_ai.usage.input_tokens", usage.promptTokens());
        number(span, "gen_ai.usage.cache_read.input_tokens", usage.cachedTokens());
        number(span, "gen_ai.usage.output_tokens", usage.completionTokens());
        number(span, "seed.forwards", usage.forwards());
        number(span, "seed.denoising_steps", usage.denoisingSteps());
    }

    private static void number(Observation span, String key, int value) {
        span.highCardinalityKeyValue(key, String.valueOf(value));
    }
}
