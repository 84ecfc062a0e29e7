package dev.seeddiffusion.training.trajectory;

import ai.djl.pytorch.jni.JniUtils;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.sampling.Trajectory;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.task.Example;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Has a model write several outputs for each of many tasks and keeps how it wrote them. Outputs are
 * shared out among the cores, each written by one thread; what is drawn depends on the seed alone.
 * Not thread-safe.
 */
public final class TrajectorySampler implements AutoCloseable {

    private final CodeTokenizer tokenizer;
    private final Verifier verifier;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    Runtime.getRuntime().availableProcessors(),
                    Thread.ofPlatform().name("sampler-", 0).daemon().factory());

    /**
     * @param tokenizer the model's; stays the caller's
     * @param verifier judges each output
     */
    public TrajectorySampler(CodeTokenizer tokenizer, Verifier verifier) {
        this.tokenizer = tokenizer;
        this.verifier = verifier;
    }

    /**
     * Writes each task once with each of the settings.
     *
     * @param model stays the caller's
     * @param candidates how each of a task's outputs is written
     * @param first number of the first task
     * @param seed equal seeds give equal outputs
     * @return for each task its finished outputs, in the order of the candidates; an output that
     *     the model did not end, or a task that is longer than its context, is left out
     * @throws IOException if the verifier cannot judge
     */
    public List<List<Sample>> draw(
            Transformer model,
            List<Example> tasks,
            List<Candidate> candidates,
            long first,
            long seed)
            throws IOException {
        Sampler sampler = new Sampler(model, tokenizer);
        List<Future<List<Sample>>> drawn =
                IntStream.range(0, tasks.size())
                        .mapToObj(
                                i ->
                                        threads.submit(
                                                () ->
                                                        draw(
                                                                sampler,
                                                                model,
                                                                tasks.get(i),
                                                                candidates,
                                                                first + i,
                                                                seed)))
                        .toList();
        List<List<Sample>> samples = new ArrayList<>();
        for (Future<List<Sample>> future : drawn) {
            samples.add(get(future));
        }
        return samples;
    }

    private List<Sample> draw(
            Sampler sampler,
            Transformer model,
            Example task,
            List<Candidate> candidates,
            long number,
            long seed)
            throws IOException, InterruptedException {
        JniUtils.setNumThreads(1); // of this thread: the outputs themselves keep the cores busy
        Prompt prompt = TaskPrompt.of(task.kind(), task.prompt(), task.suffix(), sampler);
        int room = model.config().contextTokens() - prompt.mostTokens();
        List<Sample> samples = new ArrayList<>();
        for (int k = 0; k < candidates.size() && room > 0; k++) {
            SamplingSettings settings =
                    candidates.get(k).settings(room, seed + number * candidates.size() + k);
            try (Generation generation =
                    sampler.start(prompt, settings, sampler.cacheFor(prompt, settings))) {
                StringBuilder text = new StringBuilder();
                boolean ended = false;
                while (!generation.isFinished()) {
                    for (SamplingEvent event : generation.step()) {
                        switch (event) {
                            case SamplingEvent.Drafted _ -> {}
                            case SamplingEvent.Committed committed -> text.append(committed.text());
                            case SamplingEvent.Finished finished ->
                                    ended = finished.reason() == SamplingEvent.Reason.STOP;
                        }
                    }
                }
                if (ended) {
                    Trajectory trajectory = generation.trajectory();
                    double value = verifier.value(task, text.toString(), trajectory);
                    samples.add(new Sample(number, prompt.tokens().length, trajectory, value));
                }
            }
        }
        return samples;
    }

    private static List<Sample> get(Future<List<Sample>> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while trajectories were drawn", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
