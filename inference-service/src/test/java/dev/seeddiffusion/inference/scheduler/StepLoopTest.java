package dev.seeddiffusion.inference.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.inference.SteeredTransformer;
import dev.seeddiffusion.inference.TinyCheckpoint;
import dev.seeddiffusion.inference.Waiting;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepLoopTest {

    @TempDir private static Path folder;
    private static CodeTokenizer tokenizer;
    private static SteeredTransformer model;
    private static Sampler sampler;
    private static ExecutorService device;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final StepLoop loop = new StepLoop(device, model, false, meters);
    private final List<String> steps = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void load() throws IOException {
        Path checkpoint = TinyCheckpoint.write(folder);
        tokenizer = CodeTokenizer.open(checkpoint);
        model = SteeredTransformer.load(checkpoint);
        sampler = new Sampler(model, tokenizer);
        device = Executors.newSingleThreadExecutor();
    }

    @AfterAll
    static void close() {
        device.close();
        model.close();
        tokenizer.close();
    }

    @AfterEach
    void stop() {
        model.beforeForward(_ -> {});
        loop.close();
    }

    @Test
    void generations_take_turns_and_a_short_one_does_not_wait_for_a_long_one() {
        TestJob longer = new TestJob("long", 40);
        TestJob shorter = new TestJob("short", 5);

        joinTogether(longer, shorter);
        longer.awaitLeft();

        int rounds = Collections.frequency(steps, "short");
        assertThat(steps.subList(0, 2 * rounds))
                .isEqualTo(
                        Stream.generate(() -> List.of("long", "short"))
                                .limit(rounds)
                                .flatMap(List::stream)
                                .toList());
        assertThat(steps.subList(2 * rounds, steps.size()))
                .hasSizeGreaterThan(20)
                .containsOnly("long");
        assertThat(shorter.isFinished()).isTrue();
        assertThat(longer.isFinished()).isTrue();
    }

    @Test
    void who_joins_later_has_a_turn_in_the_next_round() {
        TestJob first = new TestJob("first", 60);
        TestJob second = new TestJob("second", 5);
        first.afterStep(
                3,
                () -> {
                    loop.join(second);
                });

        loop.join(first);
        first.awaitLeft();

        assertThat(steps.subList(0, 6))
                .containsExactly("first", "first", "first", "first", "second", "first");
    }

    @Test
    void while_a_long_prompt_is_read_others_have_a_step_for_each_piece_of_it() {
        TestJob running = new TestJob("running", 40);
        TestJob reading = new TestJob("reading", 5);
        reading.prompt = "x = 1\n".repeat(60);

        joinTogether(running, reading);
        running.awaitLeft();
        reading.awaitLeft();

        List<Integer> cached = reading.cachedTokens;
        int pieces = (int) cached.stream().filter(tokens -> tokens < reading.promptTokens).count();
        assertThat(pieces).isGreaterThan(3);
        for (int i = 0; i < pieces; i++) {
            int before = i == 0 ? 0 : cached.get(i - 1);
            assertThat(cached.get(i) - before).isEqualTo(Generation.PROMPT_PIECE_TOKENS);
        }
        assertThat(steps.subList(0, 2 * pieces))
                .isEqualTo(
                        Stream.generate(() -> List.of("running", "reading"))
                                .limit(pieces)
                                .flatMap(List::stream)
                                .toList());
    }

    @Test
    void a_generation_that_is_late_ends_and_the_others_go_on() {
        TestJob late = new TestJob("late", 100);
        TestJob other = new TestJob("other", 40);
        late.afterStep(10, () -> late.isLate = true);

        joinTogether(late, other);
        late.awaitLeft();
        other.awaitLeft();

        assertThat(late.isFinished()).isTrue();
        assertThat(late.error).isNull();
        assertThat(steps.stream().filter("late"::equals))
                .as("10 steps, and the telling of the end")
                .hasSize(11);
        assertThat(other.isFinished()).isTrue();
    }

    @Test
    void a_generation_that_is_late_before_it_has_written_fails() {
        TestJob late = new TestJob("late", 100);
        late.isLate = true;
        int before = model.forwards();

        loop.join(late);
        late.awaitLeft();

        assertThat(late.error).isInstanceOf(DeadlineExceededException.class);
        assertThat(model.forwards()).isEqualTo(before);
    }

    @Test
    void a_generation_that_is_cancelled_during_a_step_makes_no_other() {
        TestJob job = new TestJob("job", 100);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        int fifth = model.forwards() + 5;
        model.beforeForward(
                _ -> {
                    if (model.forwards() == fifth) {
                        entered.countDown();
                        Waiting.await(goOn);
                    }
                });

        loop.join(job);
        Waiting.await(entered);
        job.cancel();
        goOn.countDown();
        job.awaitLeft();

        assertThat(model.forwards()).isEqualTo(fifth);
        assertThat(count("inference.steps.after_cancel")).isOne();
        assertThat(count("inference.steps")).isEqualTo(5);
        assertThat(job.isFinished()).isFalse();
    }

    @Test
    void a_generation_that_is_cancelled_between_two_steps_makes_none() {
        TestJob job = new TestJob("job", 100);
        int before = model.forwards();

        CountDownLatch goOn = hold();
        loop.join(job);
        job.cancel();
        goOn.countDown();
        job.awaitLeft();

        assertThat(model.forwards()).isEqualTo(before);
        assertThat(count("inference.steps.after_cancel")).isZero();
    }

    @Test
    void a_step_that_fails_ends_its_own_generation_only() {
        TestJob failing = new TestJob("failing", 40);
        TestJob other = new TestJob("other", 40);
        failing.afterStep(
                3,
                () -> {
                    throw new OutOfMemoryError("made by the test");
                });

        joinTogether(failing, other);
        other.awaitLeft();
        failing.awaitLeft();

        assertThat(failing.error).isInstanceOf(OutOfMemoryError.class);
        assertThat(other.isFinished()).isTrue();
        assertThat(other.error).isNull();

        TestJob next = new TestJob("next", 5);
        loop.join(next);
        next.awaitLeft();
        assertThat(next.isFinished()).isTrue();
    }

    @Test
    void a_forward_that_fails_ends_its_own_generation_only() {
        TestJob failing = new TestJob("failing", 40, DecodingMode.DIFFUSION);
        TestJob other = new TestJob("other", 40);
        int fifth = model.forwards() + 5;
        model.beforeForward(
                canvasTokens -> {
                    if (canvasTokens > 0 && model.forwards() >= fifth) {
                        throw new IllegalStateException("made by the test");
                    }
                });

        joinTogether(failing, other);
        other.awaitLeft();
        failing.awaitLeft();

        assertThat(failing.error).hasMessage("made by the test");
        assertThat(other.isFinished()).isTrue();
    }

    @Test
    void generations_share_a_forward_unless_the_output_must_not_depend_on_that() {
        joinTogetherAndWait(loop);
        DistributionSummary batch = meters.get("inference.batch.sequences").summary();
        assertThat(batch.max()).isEqualTo(2);
        assertThat(batch.totalAmount()).isEqualTo(count("inference.steps"));

        MeterRegistry own = new SimpleMeterRegistry();
        try (StepLoop apart = new StepLoop(device, model, true, own)) {
            joinTogetherAndWait(apart);
        }
        assertThat(own.get("inference.batch.sequences").summary().max()).isOne();
    }

    private void joinTogetherAndWait(StepLoop stepLoop) {
        List<TestJob> jobs = List.of(new TestJob("one", 20), new TestJob("other", 20));
        CountDownLatch goOn = hold();
        jobs.forEach(stepLoop::join);
        goOn.countDown();
        jobs.forEach(TestJob::awaitLeft);
    }

    @Test
    void when_the_loop_stops_all_fail_and_none_joins() throws InterruptedException {
        TestJob running = new TestJob("running", 400);
        TestJob late = new TestJob("late", 5);
        loop.join(running);
        Waiting.until(() -> steps.size() > 2);
        assertThat(meters.get("inference.generations.active").gauge().value()).isOne();

        loop.close();
        loop.join(late);

        running.awaitLeft();
        late.awaitLeft();
        assertThat(running.error).isInstanceOf(StoppedException.class);
        assertThat(late.error).isInstanceOf(StoppedException.class);
        assertThat(meters.get("inference.generations.active").gauge().value()).isZero();
    }

    private void joinTogether(TestJob... jobs) {
        CountDownLatch goOn = hold();
        List.of(jobs).forEach(loop::join);
        goOn.countDown();
    }

    /** The device does nothing until the latch is counted down. */
    private static CountDownLatch hold() {
        CountDownLatch goOn = new CountDownLatch(1);
        device.execute(() -> Waiting.await(goOn));
        return goOn;
    }

    private double count(String name) {
        return meters.get(name).counter().count();
    }

    /** Writes so many tokens, one a step, and remembers its steps. */
    private final class TestJob implements Job {

        private final String name;
        private final int tokens;
        private final DecodingMode mode;
        private final CountDownLatch left = new CountDownLatch(1);
        private final List<Integer> cachedTokens = new CopyOnWriteArrayList<>();
        private String prompt = "def f():";
        private volatile int promptTokens;
        private volatile boolean isLate;
        private volatile boolean cancelled;
        private volatile boolean finished;
        private volatile Throwable error;
        private int actionAfter;
        private Runnable action = () -> {};
        private int stepsDone;

        TestJob(String name, int tokens) {
            this(name, tokens, DecodingMode.AUTOREGRESSIVE);
        }

        TestJob(String name, int tokens, DecodingMode mode) {
            this.name = name;
            this.tokens = tokens;
            this.mode = mode;
        }

        void afterStep(int step, Runnable what) {
            actionAfter = step;
            action = what;
        }

        void cancel() {
            cancelled = true;
        }

        void awaitLeft() {
            Waiting.await(left);
        }

        boolean isFinished() {
            return finished;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public boolean isLate() {
            return isLate;
        }

        @Override
        public Generation begin() {
            return sampler.start(prompt, SamplingSettings.greedy(tokens, 8, 0.9).in(mode));
        }

        @Override
        public void stepped(Generation generation, List<SamplingEvent> events) {
            steps.add(name);
            promptTokens = generation.promptTokens();
            cachedTokens.add(generation.cache().length());
            finished = generation.isFinished();
            stepsDone++;
            if (stepsDone == actionAfter) {
                action.run();
            }
        }

        @Override
        public void failed(Throwable reason) {
            error = reason;
        }

        @Override
        public void left() {
            left.countDown();
        }
    }
}
