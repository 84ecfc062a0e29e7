package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.diffusion.chat.ChatTemplate;
import dev.seeddiffusion.diffusion.sampling.ContextExceededException;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Resume;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.inference.prefix.PrefixCache;
import dev.seeddiffusion.inference.prefix.PromptPrefix;
import dev.seeddiffusion.inference.scheduler.Admission;
import dev.seeddiffusion.inference.scheduler.Admission.Place;
import dev.seeddiffusion.inference.scheduler.DeadlineExceededException;
import dev.seeddiffusion.inference.scheduler.OverloadedException;
import dev.seeddiffusion.inference.scheduler.QueueDeadlineException;
import dev.seeddiffusion.inference.scheduler.StepLoop;
import dev.seeddiffusion.inference.scheduler.StoppedException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The model of this process. A request takes a place, is read, waits for its turn, looks for its
 * prefix, and only then goes to the device thread: that one never waits for anything.
 */
final class LocalBackend implements GenerationBackend {

    private static final Logger log = LoggerFactory.getLogger(LocalBackend.class);

    private final Sampler sampler;
    private final PromptReader prompts;
    private final ModelDescription model;
    private final Admission admission;
    private final StepLoop stepLoop;
    private final PrefixCache prefixes;
    private final GenerationProperties properties;
    private final GenerationMetrics metrics;
    private final GenerationSpans spans;

    LocalBackend(
            Sampler sampler,
            @Nullable ChatTemplate template,
            ModelDescription model,
            Admission admission,
            StepLoop stepLoop,
            PrefixCache prefixes,
            GenerationProperties properties,
            GenerationMetrics metrics,
            GenerationSpans spans) {
        this.sampler = sampler;
        this.prompts = new PromptReader(sampler, template);
        this.model = model;
        this.admission = admission;
        this.stepLoop = stepLoop;
        this.prefixes = prefixes;
        this.properties = properties;
        this.metrics = metrics;
        this.spans = spans;
    }

    @Override
    public Mono<ModelDescription> model() {
        return Mono.just(model);
    }

    @Override
    public Mono<List<Integer>> tokenize(String text) {
        return Mono.fromCallable(
                        () -> IntStream.of(sampler.tokenizer().encode(text)).boxed().toList())
                .subscribeOn(Schedulers.boundedElastic()); // a long text takes milliseconds
    }

    @Override
    public Mono<String> detokenize(List<Integer> tokens) {
        int known = sampler.tokenizer().vocabularySize();
        return Mono.just(tokens.stream().mapToInt(Integer::intValue).toArray())
                .filter(ids -> IntStream.of(ids).allMatch(id -> id >= 0 && id < known))
                .map(sampler.tokenizer()::decode);
    }

    @Override
    public Flux<GenerationEvent> generate(GenerationRequest request) {
        return Flux.using(() -> enter(request), place -> events(request, place), Place::leave)
                .onErrorResume(error -> Mono.just(failed(request, error)))
                .transform(metrics::measure)
                .transform(events -> spans.observe(model.id(), events));
    }

    private Place enter(GenerationRequest request) {
        Integer millis = request.deadlineMillis();
        return admission.enter(request.tenant(), millis == null ? null : Duration.ofMillis(millis));
    }

    private record Task(Prompt prompt, SamplingSettings settings, Resume resume) {}

    private Flux<GenerationEvent> events(GenerationRequest request, Place place) {
        return Mono.fromCallable(() -> read(request))
                .subscribeOn(Schedulers.boundedElastic()) // a long prompt takes milliseconds
                .delayUntil(_ -> place.turn())
                .publishOn(Schedulers.boundedElastic()) // not on the thread that made way
                .flatMapMany(
                        task ->
                                Flux.using(
                                        () -> prefixes.open(request.tenant(), shareable(task)),
                                        prefix ->
                                                prefix.find()
                                                        .thenMany(
                                                                run(request, task, prefix, place)),
                                        PromptPrefix::close));
    }

    /** The prompt, if chunks of this model end where its keys and values are exact. */
    private int[] shareable(Task task) {
        int exact = sampler.sharedTokens(task.settings);
        return exact > 0 && ChunkKey.CHUNK_TOKENS % exact == 0 ? task.prompt.tokens() : new int[0];
    }

    private Task read(GenerationRequest request) {
        try {
            Prompt prompt = prompts.read(request);
            int room = model.contextTokens() - prompt.mostTokens();
            SamplingSettings settings = Sampling.settings(request, prompt, sampler, room);
            sampler.requireWrites(prompt, settings.mode());
            sampler.requireWithinContext(prompt, settings);
            return new Task(prompt, settings, Sampling.resume(request));
        } catch (ContextExceededException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    private Flux<GenerationEvent> run(
            GenerationRequest request, Task task, PromptPrefix prefix, Place place) {
        return Flux.defer(
                () -> {
                    EventBuffer events = new EventBuffer(properties.maxBufferedEvents());
                    stepLoop.join(
                            new GenerationJob(
                                    request.requestId(),
                                    sampler,
                                    task.prompt,
                                    task.settings,
                                    task.resume,
                                    prefix,
                                    events,
                                    place));
                    return events.events();
                });
    }

    private static Failed failed(GenerationRequest request, Throwable error) {
        String message = String.valueOf(error.getMessage());
        return switch (error) {
            case InvalidRequestException _ -> new Failed(ErrorCode.INVALID_REQUEST, message, false);
            case ContextExceededException _ ->
                    new Failed(ErrorCode.CONTEXT_LENGTH_EXCEEDED, message, false);
            case OverloadedException full ->
                    new Failed(ErrorCode.OVERLOADED, message, true, full.retryAfterSeconds());
            case QueueDeadlineException _, DeadlineExceededException _, SlowClientException _ ->
                    new Failed(ErrorCode.DEADLINE_EXCEEDED, message, true);
            case StoppedException _ -> new Failed(ErrorCode.UNAVAILABLE, message, true);
            default -> {
                log.error("Generation {} failed.", request.requestId(), error);
                yield new Failed(
                        ErrorCode.INTERNAL,
                        "A fault of the replica; its log says more about request %s."
                                .formatted(request.requestId()),
                        true);
            }
        };
    }
}
