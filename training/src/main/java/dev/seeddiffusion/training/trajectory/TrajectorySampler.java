package dev.seeddiffusion.training.trajectory;

import ai.djl.pytorch.jni.JniUtils;
import dev.seeddiffusion.diffusion.model.Logits;
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

/**
 * Has a model write several outputs for each of many tasks and keeps how it wrote them. Some tasks'
 * outputs at a time share forwards, written by one thread; what is drawn depends on the seed and on
 * the tasks that are drawn together. Not thread-safe.
 */
public final class TrajectorySampler implements AutoCloseable {

    /** Tasks whose outputs share forwards: the same ones whatever else is drawn. */
    private static final int TASKS_TOGETHER = 8;

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
        List<Future<List<List<Sample>>>> drawn = new ArrayList<>();
        for (int from = 0; from < tasks.size(); from += TASKS_TOGETHER) {
            List<Example> some = tasks.subList(from, Math.min(from + TASKS_TOGETHER, tasks.size()));
            long number = first + from;
            drawn.add(
                    threads.submit(() -> together(sampler, model, some, candidates, number, seed)));
        }
        List<List<Sample>> samples = new ArrayList<>();
        for (Future<List<List<Sample>>> future : drawn) {
            samples.addAll(get(future));
        }
        return samples;
    }

    /** Writes all outputs of some tasks, which share each forward. */
    private List<List<Sample>> together(
            Sampler sampler,
            Transformer model,
            List<Example> tasks,
            List<Candidate> candidates,
            long first,
            long seed)
            throws IOException, InterruptedException {
        JniUtils.setNumThreads(1); // of this thread: the outputs themselves keep the cores busy
        List<Draft> drafts = new ArrayList<>();
        try {
            for (int i = 0; i < tasks.size(); i++) {
                begin(sampler, model, tasks.get(i), i, first + i, candidates, seed, drafts);
            }
            write(model, drafts);
            List<List<Sample>> samples = new ArrayList<>();
            tasks.forEach(_ -> samples.add(new ArrayList<>()));
            for (Draft draft : drafts) {
                if (draft.ended) {
                    Trajectory trajectory = draft.generation.trajectory();
                    Example task = tasks.get(draft.task);
                    double value = verifier.value(task, draft.text.toString(), trajectory);
                    samples.get(draft.task)
                            .add(
                                    new Sample(
                                            first + draft.task,
                                            draft.promptTokens,
                                            trajectory,
                                            value));
                }
            }
            return samples;
        } finally {
            drafts.forEach(draft -> draft.generation.close());
        }
    }

    private static void begin(
            Sampler sampler,
            Transformer model,
            Example task,
            int index,
            long number,
            List<Candidate> candidates,
            long seed,
            List<Draft> drafts) {
        Prompt prompt = TaskPrompt.of(task.kind(), task.prompt(), task.suffix(), sampler);
        int room = model.config().contextTokens() - prompt.mostTokens();
        for (int k = 0; k < candidates.size() && room > 0; k++) {
            SamplingSettings settings =
                    candidates.get(k).settings(room, seed + number * candidates.size() + k);
            Generation generation =
                    sampler.start(prompt, settings, sampler.cacheFor(prompt, settings));
            drafts.add(new Draft(index, prompt.tokens().length, generation));
        }
    }

    private static void write(Transformer model, List<Draft> drafts) {
        List<Draft> going = new ArrayList<>(drafts);
        while (!going.isEmpty()) {
            List<Logits> seen =
                    model.forward(going.stream().map(draft -> draft.generation.next()).toList());
            for (int i = 0; i < going.size(); i++) {
                try (Logits logits = seen.get(i)) {
                    going.get(i).accept(logits);
                }
            }
            going.removeIf(draft -> draft.generation.isFinished());
        }
    }

    /** An output as it is written. */
    private static final class Draft {
        private final int task;
        private final int promptTokens;
        private final Generation generation;
        private final StringBuilder text = new StringBuilder();
        private boolean ended;

        Draft(int task, int promptTokens, Generation generation) {
            this.task = task;
            this.promptTokens = promptTokens;
            this.generation = generation;
        }

        void accept(Logits logits) {
            for (SamplingEvent event : generation.accept(logits)) {
                switch (event) {
                    case SamplingEvent.Drafted _ -> {}
                    case SamplingEvent.Committed committed -> text.append(committed.text());
                    case SamplingEvent.Finished finished ->
                            ended = finished.reason() == SamplingEvent.Reason.STOP;
                }
            }
        }
    }

    private static <T> T get(Future<T> future) throws IOException {
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
