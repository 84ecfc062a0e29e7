package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/**
 * Measures what clients see: {@code inference.generations} by {@code outcome} (stop, length,
 * cancelled, or an error code), {@code inference.time_to_first_token} from the request's arrival
 * on, {@code inference.token_gap} from tokens to the next ones that are told, and of generations
 * that finished {@code inference.prompt_tokens}, {@code inference.tokens}, {@code
 * inference.forwards}, {@code inference.tokens_per_forward} and {@code inference.steps_per_output}.
 */
@Component
final class GenerationMetrics {

    private final MeterRegistry meters;
    private final Timer timeToFirstToken;
    private final Timer tokenGap;
    private final Counter promptTokens;
    private final Counter tokens;
    private final Counter forwards;
    private final DistributionSummary tokensPerForward;
    private final DistributionSummary stepsPerOutput;

    GenerationMetrics(MeterRegistry meters) {
        this.meters = meters;
        timeToFirstToken = meters.timer("inference.time_to_first_token");
        tokenGap = meters.timer("inference.token_gap");
        promptTokens = meters.counter("inference.prompt_tokens");
        tokens = meters.counter("inference.tokens");
        forwards = meters.counter("inference.forwards");
        tokensPerForward = meters.summary("inference.tokens_per_forward");
        stepsPerOutput = meters.summary("inference.steps_per_output");
    }

    Flux<GenerationEvent> measure(Flux<GenerationEvent> events) {
        return Flux.defer(
                () -> {
                    Watch watch = new Watch();
                    return events.doOnNext(watch::see).doOnCancel(() -> watch.end("cancelled"));
                });
    }

    private final class Watch {

        private Timer.Sample last = Timer.start(meters);
        private final AtomicBoolean ended = new AtomicBoolean();
        private boolean hasTokens;

        void see(GenerationEvent event) {
            switch (event) {
                case Started _, Drafted _ -> {}
                case Committed _ -> {
                    last.stop(hasTokens ? tokenGap : timeToFirstToken);
                    last = Timer.start(meters);
                    hasTokens = true;
                }
                case Finished(var reason, var usage) -> {
                    end(reason.name());
                    count(usage);
                }
                case Failed failed -> end(failed.code().name());
            }
        }

        void end(String outcome) {
            if (ended.compareAndSet(false, true)) { // whoever has the end may cancel nevertheless
                meters.counter("inference.generations", "outcome", outcome.toLowerCase(Locale.ROOT))
                        .increment();
            }
        }

        private void count(Usage usage) {
            promptTokens.increment(usage.promptTokens());
            tokens.increment(usage.completionTokens());
            forwards.increment(usage.forwards());
            stepsPerOutput.record(usage.denoisingSteps());
            if (usage.forwards() > 0) {
                tokensPerForward.record((double) usage.completionTokens() / usage.forwards());
            }
        }
    }
}
