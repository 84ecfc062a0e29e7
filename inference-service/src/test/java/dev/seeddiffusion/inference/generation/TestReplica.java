package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.inference.SteeredTransformer;
import dev.seeddiffusion.inference.Waiting;
import dev.seeddiffusion.inference.model.ModelHost;
import dev.seeddiffusion.inference.prefix.PrefixCaches;
import dev.seeddiffusion.inference.scheduler.Admission;
import dev.seeddiffusion.inference.scheduler.StepLoop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A replica without HTTP, as the application wires it, on a model that a test can steer. */
final class TestReplica implements AutoCloseable {

    final MeterRegistry meters = new SimpleMeterRegistry();
    final SteeredTransformer model;

    /** Stands still unless a test moves it. */
    final VirtualTimeScheduler clock = VirtualTimeScheduler.create();

    final LocalBackend backend;
    private final ModelHost host;
    final TestObservationRegistry observations = TestObservationRegistry.create();
    private final StepLoop stepLoop;
    private final CodeTokenizer tokenizer;

    TestReplica(Path checkpoint, Setting setting) {
        host = ModelHost.load(checkpoint, "tiny", Precision.F32);
        model = SteeredTransformer.load(checkpoint);
        tokenizer = CodeTokenizer.open(checkpoint, host.config());
        stepLoop = new StepLoop(host.device(), model, false, meters);
        backend =
                new LocalBackend(
                        new Sampler(model, tokenizer),
                        host.chatTemplate(),
                        host.description(),
                        new Admission(
                                setting.concurrency,
                                setting.queueLimit,
                                setting.queueDeadline,
                                clock,
                                meters),
                        stepLoop,
                        PrefixCaches.over(setting.store, host, meters, setting.fetchDeadline),
                        new GenerationProperties(setting.maxBufferedEvents),
                        new GenerationMetrics(meters),
                        new GenerationSpans(observations));
    }

    /** What tests vary. */
    record Setting(
            int concurrency,
            int queueLimit,
            Duration queueDeadline,
            KvChunkStore store,
            Duration fetchDeadline,
            int maxBufferedEvents) {

        static Setting standard() {
            return new Setting(
                    8, 64, Waiting.PATIENCE, new InMemoryKvChunkStore(), Waiting.PATIENCE, 256);
        }

        Setting places(int count, int queue, Duration deadline) {
            return new Setting(count, queue, deadline, store, fetchDeadline, maxBufferedEvents);
        }

        Setting prefixes(KvChunkStore in, Duration deadline) {
            return new Setting(
                    concurrency, queueLimit, queueDeadline, in, deadline, maxBufferedEvents);
        }

        Setting buffer(int events) {
            return new Setting(
                    concurrency, queueLimit, queueDeadline, store, fetchDeadline, events);
        }
    }

    static GenerationRequest request(String prompt, @Nullable Integer maxTokens) {
        return request(prompt, maxTokens, Decoding.DIFFUSION, 0, false);
    }

    static GenerationRequest request(
            String prompt,
            @Nullable Integer maxTokens,
            Decoding decoding,
            long seed,
            boolean drafts) {
        return request(prompt, maxTokens, decoding, seed, drafts, null);
    }

    static GenerationRequest request(
            String prompt,
            @Nullable Integer maxTokens,
            Decoding decoding,
            long seed,
            boolean drafts,
            @Nullable Integer deadlineMillis) {
        return new GenerationRequest(
                "r1",
                "tenant",
                prompt,
                null,
                null,
                null,
                maxTokens,
                0.8,
                1,
                seed,
                List.of(),
                decoding,
                null,
                null,
                drafts,
                null,
                deadlineMillis,
                null);
    }

    List<GenerationEvent> events(GenerationRequest request) {
        return backend.generate(request)
                .collectList()
                .blockOptional(Waiting.PATIENCE)
                .orElseThrow();
    }

    static String text(List<GenerationEvent> events) {
        return events.stream()
                .filter(Committed.class::isInstance)
                .map(event -> ((Committed) event).text())
                .collect(Collectors.joining());
    }

    /** The device does nothing until the latch is counted down. */
    CountDownLatch hold() {
        CountDownLatch goOn = new CountDownLatch(1);
        host.device().execute(() -> Waiting.await(goOn));
        return goOn;
    }

    double count(String name, String... tags) {
        return meters.find(name).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
    }

    @Override
    public void close() {
        model.beforeForward(_ -> {});
        stepLoop.close();
        host.device().execute(model::close);
        host.close();
        tokenizer.close();
    }
}
