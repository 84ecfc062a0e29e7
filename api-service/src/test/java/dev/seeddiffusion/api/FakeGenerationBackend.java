package dev.seeddiffusion.api;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Usage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A fake: answers every request with the events that the test gave it, and remembers requests. */
public final class FakeGenerationBackend implements GenerationBackend {

    public static final ModelDescription MODEL =
            new ModelDescription("tiny", 2048, 1_000_000, 32, 0.9, Decoding.LOSSLESS, 3.5, false);

    /** The same model where equal requests get equal text. */
    public static final ModelDescription DETERMINISTIC =
            new ModelDescription("tiny", 2048, 1_000_000, 32, 0.9, Decoding.LOSSLESS, null, true);

    private final List<GenerationRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger cancellations = new AtomicInteger();
    private volatile Flux<GenerationEvent> answer = Flux.fromIterable(twoBlocks());
    private volatile boolean up = true;

    /**
     * {@code return n > 1⏎} in two blocks with drafts: 12 prompt tokens, 40 output, 10 forwards.
     */
    public static List<GenerationEvent> twoBlocks() {
        return List.of(
                new Started("the request", 12, 8),
                new Drafted(
                        0,
                        1,
                        "return ░",
                        0,
                        List.of("return", " ░"),
                        List.of(0.9f, 0f),
                        List.of(0)),
                new Committed(0, List.of(new PlacedToken(7, "return n", 1, 0.99f, 0)), "return n"),
                new Drafted(1, 2, "░ 1", 1, List.of("░", " 1"), List.of(0f, 0.8f), List.of(1)),
                new Committed(1, List.of(new PlacedToken(8, " > 1\n", 2, 0.98f, 1)), " > 1\n"),
                new Committed(2, List.of(new PlacedToken(9, "\uFFFD", 2, 0.97f, 0)), ""),
                new Finished(FinishReason.STOP, new Usage(12, 8, 40, 10, 9)));
    }

    public void answersWith(Flux<GenerationEvent> events) {
        answer = events;
    }

    public void answersWith(GenerationEvent... events) {
        answersWith(Flux.just(events));
    }

    public void goesDown() {
        up = false;
    }

    /** As it was at first. */
    public void recovers() {
        up = true;
        answersWith(Flux.fromIterable(twoBlocks()));
        requests.clear();
        cancellations.set(0);
    }

    public List<GenerationRequest> requests() {
        return requests;
    }

    public int cancellations() {
        return cancellations.get();
    }

    @Override
    public Flux<GenerationEvent> generate(GenerationRequest request) {
        return Flux.defer(
                () -> {
                    requests.add(request);
                    return answer.doOnCancel(cancellations::incrementAndGet);
                });
    }

    /** A token for each character, its code. */
    @Override
    public Mono<List<Integer>> tokenize(String text) {
        return Mono.just(text.chars().boxed().toList());
    }

    @Override
    public Mono<String> detokenize(List<Integer> tokens) {
        return Mono.just(tokens)
                .filter(ids -> ids.stream().allMatch(id -> id >= 0 && id < 128))
                .map(ids -> ids.stream().map(Character::toString).collect(Collectors.joining()));
    }

    @Override
    public Mono<ModelDescription> model() {
        return Mono.defer(
                () ->
                        up
                                ? Mono.just(MODEL)
                                : Mono.error(
                                        ApiException.of(
                                                ErrorCode.UNAVAILABLE,
                                                "The fake is down: call recovers().")));
    }
}
