package dev.seeddiffusion.inference.generation;

import static dev.seeddiffusion.inference.generation.TestReplica.request;
import static dev.seeddiffusion.inference.generation.TestReplica.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.FinishReason;
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
import dev.seeddiffusion.inference.TinyCheckpoint;
import dev.seeddiffusion.inference.Waiting;
import dev.seeddiffusion.inference.generation.TestReplica.Setting;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

class LocalBackendTest {

    private static final String PROMPT = "def f(x):\n";

    @TempDir private static Path folder;
    private static Path checkpoint;

    private TestReplica replica;

    @BeforeAll
    static void write() throws IOException {
        checkpoint = TinyCheckpoint.write(folder);
    }

    @AfterEach
    void close() {
        replica.close();
    }

    @Test
    void a_generation_starts_commits_and_finishes() {
        start(Setting.standard());

        List<GenerationEvent> events = replica.events(request(PROMPT, 20));

        assertThat(events.getFirst()).isInstanceOf(Started.class);
        Started started = (Started) events.getFirst();
        assertThat(started.requestId()).isEqualTo("r1");
        assertThat(started.promptTokens()).isPositive();
        assertThat(started.cachedTokens()).isZero();
        assertThat(events.subList(1, events.size() - 1)).hasOnlyElementsOfType(Committed.class);
        Finished finished = (Finished) events.getLast();
        assertThat(finished.reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(finished.usage().completionTokens()).isEqualTo(20);
        assertThat(finished.usage().promptTokens()).isEqualTo(started.promptTokens());
        assertThat(finished.usage().forwards()).isPositive();
        assertThat(replica.count("inference.generations", "outcome", "length")).isOne();
        assertThat(replica.count("inference.tokens")).isEqualTo(20);
        assertThat(replica.meters.get("inference.time_to_first_token").timer().count()).isOne();
    }

    @Test
    void a_generation_has_a_span_that_tells_what_it_cost_and_no_text() {
        start(Setting.standard());

        replica.events(request(PROMPT, 20));

        TestObservationRegistryAssert.assertThat(replica.observations)
                .hasSingleObservationThat()
                .hasNameEqualTo("inference.generation")
                .hasContextualNameEqualTo("text_completion tiny")
                .hasLowCardinalityKeyValue("gen_ai.request.model", "tiny")
                .hasLowCardinalityKeyValue("gen_ai.response.finish_reasons", "length")
                .hasLowCardinalityKeyValue("error.type", "none")
                .hasHighCardinalityKeyValue("gen_ai.usage.output_tokens", "20")
                .hasBeenStopped()
                .satisfies(span -> assertThat(span.toString()).doesNotContain("def"));
    }

    @Test
    void the_span_of_a_generation_that_fails_tells_its_error() {
        start(Setting.standard());

        replica.events(request(PROMPT, TinyCheckpoint.CONTEXT_TOKENS));

        TestObservationRegistryAssert.assertThat(replica.observations)
                .hasSingleObservationThat()
                .hasLowCardinalityKeyValue("gen_ai.response.finish_reasons", "error")
                .hasLowCardinalityKeyValue("error.type", "context_length_exceeded")
                .hasBeenStopped();
    }

    @ParameterizedTest
    @ValueSource(strings = {"def f(x):\n", "def f(x):\n    ret", "de", "x = fo", "    "})
    void the_texts_of_an_outputs_tokens_are_its_text(String prompt) {
        start(Setting.standard());

        List<Committed> committed =
                replica.events(request(prompt, 20)).stream()
                        .filter(Committed.class::isInstance)
                        .map(Committed.class::cast)
                        .toList();

        // A character of several tokens is U+FFFD in each of them.
        assertThat(
                        ascii(
                                committed.stream()
                                        .flatMap(it -> it.output().stream())
                                        .map(PlacedToken::text)))
                .isEqualTo(ascii(committed.stream().map(Committed::text)))
                .isNotEmpty();
    }

    private static String ascii(Stream<String> pieces) {
        return pieces.collect(Collectors.joining()).replaceAll("\\P{ASCII}", "");
    }

    @Test
    void drafts_come_when_they_are_wanted() {
        start(Setting.standard());

        List<GenerationEvent> events =
                replica.events(request(PROMPT, 20, Decoding.DIFFUSION, 0, true));

        assertThat(events).hasAtLeastOneElementOfType(Drafted.class);
    }

    @Test
    void equal_seeds_give_equal_text_whoever_else_is_served() {
        start(Setting.standard());
        String alone = text(replica.events(request(PROMPT, 60)));

        Disposable other =
                replica.backend
                        .generate(request("class A:\n", 300, Decoding.AUTOREGRESSIVE, 9, false))
                        .subscribe();
        String together = text(replica.events(request(PROMPT, 60)));
        other.dispose();

        assertThat(together).isEqualTo(alone).isNotEmpty();
        assertThat(text(replica.events(request(PROMPT, 60, Decoding.DIFFUSION, 1, false))))
                .isNotEqualTo(alone);
    }

    @Test
    void a_short_request_is_done_while_a_long_one_runs() {
        start(Setting.standard());
        // The long one takes seconds, so that the short one joins while it runs on any machine.
        replica.model.beforeForward(
                canvasTokens -> {
                    if (canvasTokens == 0) {
                        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                    }
                });
        List<GenerationEvent> longer = new CopyOnWriteArrayList<>();
        replica.backend
                .generate(request(PROMPT, 400, Decoding.AUTOREGRESSIVE, 0, false))
                .subscribe(longer::add);

        replica.events(request(PROMPT, 8));

        assertThat(longer).noneMatch(Finished.class::isInstance);
    }

    @Test
    void a_request_beyond_the_queue_is_refused_and_the_others_are_served()
            throws InterruptedException {
        start(Setting.standard().places(1, 1, Waiting.PATIENCE));
        List<GenerationEvent> first = new CopyOnWriteArrayList<>();
        List<GenerationEvent> second = new CopyOnWriteArrayList<>();
        CountDownLatch goOn = replica.hold();
        replica.backend.generate(request(PROMPT, 8)).subscribe(first::add);
        replica.backend.generate(request(PROMPT, 8)).subscribe(second::add);

        Failed refused = failure(request(PROMPT, 8));
        goOn.countDown();

        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.retryable()).isTrue();
        assertThat(refused.message()).contains("retry after");
        assertThat(refused.retryAfterSeconds()).isOne();
        Waiting.until(() -> !second.isEmpty() && second.getLast() instanceof Finished);
        assertThat(first.getLast()).isInstanceOf(Finished.class);
        assertThat(replica.count("inference.generations", "outcome", "overloaded")).isOne();
        assertThat(rejects("queue_full")).isOne();
    }

    @Test
    void a_request_that_waits_for_too_long_fails_and_its_place_in_the_queue_is_free()
            throws InterruptedException {
        start(Setting.standard().places(1, 1, Duration.ofSeconds(9)));
        CountDownLatch goOn = holdInTheMiddle();

        for (int i = 0; i < 3; i++) {
            Failed failed = failureAfter(Duration.ofSeconds(9), request(PROMPT, 8));
            assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
            assertThat(failed.message()).contains("within 9 s");
            assertThat(failed.retryable()).isTrue();
        }
        assertThat(rejects("queue_deadline")).isEqualTo(3);
        goOn.countDown();
    }

    @Test
    void a_request_whose_deadline_passes_while_it_waits_fails_and_makes_way()
            throws InterruptedException {
        start(Setting.standard().places(1, 1, Duration.ofSeconds(9)));
        CountDownLatch goOn = holdInTheMiddle();

        Failed failed = failureAfter(Duration.ofMillis(2000), hurried(PROMPT, 8));
        goOn.countDown();

        assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failed.message()).contains("deadline_ms");
        assertThat(rejects("request_deadline")).isOne();
        Waiting.until(() -> replica.meters.get("inference.queue.depth").gauge().value() == 0);
    }

    @Test
    void a_generation_whose_deadline_passes_ends_with_what_is_written() {
        start(Setting.standard());
        String whole =
                text(replica.events(request(PROMPT, 100, Decoding.AUTOREGRESSIVE, 0, false)));
        int before = replica.model.forwards();
        passTimeAtForward(before + 20);

        List<GenerationEvent> events = replica.events(hurried(PROMPT, 100));

        Finished finished = (Finished) events.getLast();
        assertThat(finished.reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(finished.usage().completionTokens()).isBetween(10, 20);
        assertThat(text(events)).isNotEmpty().isNotEqualTo(whole);
        assertThat(whole).startsWith(text(events));
        assertThat(replica.model.forwards()).as("no further step").isEqualTo(before + 20);
    }

    @Test
    void a_generation_whose_deadline_passes_before_anything_is_written_fails() {
        start(Setting.standard());
        passTimeAtForward(2); // the prompt is still being read

        List<GenerationEvent> events = replica.events(hurried(TinyCheckpoint.LONG_PROMPT, 100));

        assertThat(events).hasSize(2);
        assertThat(events.getFirst()).isInstanceOf(Started.class);
        Failed failed = (Failed) events.getLast();
        assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failed.message()).contains("deadline_ms");
        assertThat(replica.model.forwards()).as("no further step").isEqualTo(2);
    }

    @Test
    void a_deadline_that_does_not_pass_changes_nothing() {
        start(Setting.standard());

        assertThat(text(replica.events(hurried(PROMPT, 30))))
                .isEqualTo(
                        text(
                                replica.events(
                                        request(PROMPT, 30, Decoding.AUTOREGRESSIVE, 0, false))))
                .isNotEmpty();
    }

    @Test
    void whoever_cancels_while_waiting_makes_way() throws InterruptedException {
        start(Setting.standard().places(1, 1, Waiting.PATIENCE));
        CountDownLatch goOn = replica.hold();
        replica.backend.generate(request(PROMPT, 8)).subscribe();
        replica.backend.generate(request(PROMPT, 8)).subscribe().dispose();
        List<GenerationEvent> next = new CopyOnWriteArrayList<>();
        replica.backend.generate(request(PROMPT, 8)).subscribe(next::add);

        goOn.countDown();

        Waiting.until(() -> !next.isEmpty() && next.getLast() instanceof Finished);
        assertThat(replica.count("inference.generations", "outcome", "cancelled")).isOne();
        assertThat(replica.meters.get("inference.queue.wait").timer().count())
                .as("who cancelled was not let in")
                .isEqualTo(2);
    }

    @Test
    void a_generation_that_is_cancelled_makes_no_further_step() throws InterruptedException {
        start(Setting.standard());
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        replica.model.beforeForward(
                _ -> {
                    if (replica.model.forwards() == 5) {
                        entered.countDown();
                        Waiting.await(goOn);
                    }
                });
        Disposable client =
                replica.backend
                        .generate(request(PROMPT, 400, Decoding.AUTOREGRESSIVE, 0, false))
                        .subscribe();

        Waiting.await(entered);
        client.dispose();
        goOn.countDown();
        Waiting.until(() -> active() == 0);

        assertThat(replica.model.forwards()).isEqualTo(5);
        assertThat(replica.count("inference.generations", "outcome", "cancelled")).isOne();
        assertThat(replica.count("inference.steps.after_cancel")).isOne();
    }

    @Test
    void a_step_that_fails_fails_its_own_request_only() throws InterruptedException {
        start(Setting.standard());
        List<GenerationEvent> other = new CopyOnWriteArrayList<>();
        replica.backend
                .generate(request(PROMPT, 100, Decoding.AUTOREGRESSIVE, 0, false))
                .subscribe(other::add);
        Waiting.until(() -> active() == 1);
        CountDownLatch goOn = replica.hold();
        List<GenerationEvent> failing = new CopyOnWriteArrayList<>();
        replica.backend.generate(request(PROMPT, 100)).subscribe(failing::add);
        replica.model.beforeForward(
                canvasTokens -> {
                    if (canvasTokens > 0) { // the other one, autoregressive, has no canvas
                        throw new IllegalStateException("def secret(): pass");
                    }
                });
        goOn.countDown();

        Waiting.until(
                () ->
                        !other.isEmpty()
                                && other.getLast() instanceof Finished
                                && !failing.isEmpty()
                                && failing.getLast() instanceof Failed);

        Failed failed = (Failed) failing.getLast();
        assertThat(failed.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(failed.message()).contains("r1").doesNotContain("secret");
        replica.model.beforeForward(_ -> {});
        assertThat(replica.events(request(PROMPT, 8)).getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void a_request_beyond_the_context_says_what_would_fit() {
        start(Setting.standard());

        Failed failed = failure(request(PROMPT, TinyCheckpoint.CONTEXT_TOKENS));

        assertThat(failed.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        assertThat(failed.message()).contains("max_tokens is 512").contains("ask for at most");
        assertThat(failed.retryable()).isFalse();
    }

    @Test
    void a_request_without_a_limit_gets_what_the_context_leaves() {
        start(Setting.standard());
        String prompt = "x = 1\n".repeat(60);

        List<GenerationEvent> events = replica.events(request(prompt, null));

        Usage usage = ((Finished) events.getLast()).usage();
        assertThat(usage.promptTokens() + usage.completionTokens())
                .isLessThanOrEqualTo(TinyCheckpoint.CONTEXT_TOKENS);
    }

    @Test
    void a_request_for_what_the_sampler_does_not_do_is_invalid() {
        start(Setting.standard());

        Failed failed =
                failure(
                        new GenerationRequest(
                                "r1",
                                "tenant",
                                PROMPT,
                                null,
                                null,
                                null,
                                8,
                                0,
                                1,
                                0,
                                List.of(),
                                Decoding.DIFFUSION,
                                null,
                                0.0,
                                false,
                                null,
                                null,
                                null));

        assertThat(failed.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failed.message()).contains("threshold");
    }

    @Test
    void a_client_that_does_not_read_loses_its_generation_but_no_text_before()
            throws InterruptedException {
        start(Setting.standard().buffer(4));
        Reader client = new Reader();
        replica.backend
                .generate(request(PROMPT, 400, Decoding.AUTOREGRESSIVE, 0, true))
                .subscribe(client);

        Waiting.until(() -> replica.model.forwards() > 0 && active() == 0);
        client.request(Long.MAX_VALUE);

        Waiting.until(() -> client.completed);
        Failed failed = (Failed) client.events.getLast();
        assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        List<Integer> positions =
                client.events.stream()
                        .filter(Committed.class::isInstance)
                        .map(event -> ((Committed) event).firstPosition())
                        .toList();
        assertThat(positions.getFirst()).isNotPositive();
        assertThat(positions.getLast()).isEqualTo(positions.size() - 1);
        assertThat(client.events.size()).isLessThan(40);
    }

    @ParameterizedTest
    @EnumSource(Decoding.class)
    void a_generation_goes_on_where_another_replica_had_come_to(Decoding decoding) {
        start(Setting.standard());
        GenerationRequest request = request(PROMPT, 60, decoding, 3, false);
        ModelDescription model = replica.backend.model().blockOptional().orElseThrow();
        List<GenerationEvent> whole = replica.events(request);
        List<Committed> committed =
                whole.stream()
                        .filter(Committed.class::isInstance)
                        .map(Committed.class::cast)
                        .filter(it -> !it.tokens().isEmpty())
                        .toList();
        replica.close();
        start(Setting.standard());

        for (int had : new int[] {1, committed.size() / 2, committed.size()}) {
            List<PlacedToken> tokens =
                    committed.subList(0, had).stream().flatMap(it -> it.tokens().stream()).toList();
            Resume resume =
                    new Resume(
                            tokens.stream().map(PlacedToken::id).toList(), tokens.getLast().step());

            List<GenerationEvent> rest = replica.events(request.resumed(resume, model, null));

            assertThat(rest.getFirst()).isInstanceOf(Started.class);
            String before =
                    committed.subList(0, had).stream()
                            .map(Committed::text)
                            .collect(Collectors.joining());
            assertThat(before + text(rest)).isEqualTo(text(whole));
            Finished end = (Finished) whole.getLast();
            Finished resumed = (Finished) rest.getLast();
            assertThat(resumed.reason()).isEqualTo(end.reason());
            assertThat(resumed.usage().completionTokens())
                    .isEqualTo(end.usage().completionTokens());
        }
        assertThat(active()).isZero();
    }

    @Test
    void when_the_replica_stops_generations_fail_and_may_be_sent_again()
            throws InterruptedException {
        start(Setting.standard());
        List<GenerationEvent> events = new CopyOnWriteArrayList<>();
        replica.backend
                .generate(request(PROMPT, 400, Decoding.AUTOREGRESSIVE, 0, false))
                .subscribe(events::add);
        Waiting.until(() -> events.size() > 1);

        replica.close();
        Waiting.until(() -> events.getLast() instanceof Failed);
        start(Setting.standard()); // for close()

        Failed failed = (Failed) events.getLast();
        assertThat(failed.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failed.retryable()).isTrue();
    }

    private void start(Setting setting) {
        replica = new TestReplica(checkpoint, setting);
    }

    private double active() {
        return replica.meters.get("inference.generations.active").gauge().value();
    }

    private double rejects(String reason) {
        return replica.count("inference.queue.rejects", "reason", reason);
    }

    /** May take two seconds. */
    private static GenerationRequest hurried(String prompt, int maxTokens) {
        return request(prompt, maxTokens, Decoding.AUTOREGRESSIVE, 0, false, 2000);
    }

    /** Two seconds, in the forward that is the n-th of all. */
    private void passTimeAtForward(int n) {
        replica.model.beforeForward(
                _ -> {
                    if (replica.model.forwards() == n) {
                        replica.clock.advanceTimeBy(Duration.ofMillis(2000));
                    }
                });
    }

    /** One generation runs, and is stopped until the latch is counted down. */
    private CountDownLatch holdInTheMiddle() throws InterruptedException {
        replica.backend
                .generate(request(PROMPT, 400, Decoding.AUTOREGRESSIVE, 0, false))
                .subscribe();
        Waiting.until(() -> active() == 1);
        return replica.hold();
    }

    private Failed failureAfter(Duration time, GenerationRequest request)
            throws InterruptedException {
        List<GenerationEvent> events = new CopyOnWriteArrayList<>();
        long waits = replica.clock.getScheduledTaskCount();
        replica.backend.generate(request).subscribe(events::add);
        Waiting.until(() -> replica.clock.getScheduledTaskCount() > waits);
        replica.clock.advanceTimeBy(time.minusMillis(1));
        assertThat(events).isEmpty();
        replica.clock.advanceTimeBy(Duration.ofMillis(1));
        Waiting.until(() -> !events.isEmpty());
        assertThat(events).hasSize(1);
        return (Failed) events.getFirst();
    }

    private Failed failure(GenerationRequest request) {
        List<GenerationEvent> events = replica.events(request);
        assertThat(events).hasSize(1);
        return (Failed) events.getFirst();
    }

    /** Asks for nothing by itself. */
    private static final class Reader extends BaseSubscriber<GenerationEvent> {

        private final List<GenerationEvent> events = new CopyOnWriteArrayList<>();
        private volatile boolean completed;

        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            // the test requests
        }

        @Override
        protected void hookOnNext(GenerationEvent event) {
            events.add(event);
        }

        @Override
        protected void hookOnComplete() {
            completed = true;
        }
    }
}
