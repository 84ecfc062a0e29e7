package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Writes many outputs, so many at a time, which share each forward of the model, and times that.
 */
public final class Streams {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS = 1e9;

    private final Transformer model;
    private final int atOnce;
    private final List<Double> firstTokenMillis = new ArrayList<>();
    private final List<Double> gapMillis = new ArrayList<>();
    private final String[] texts;
    private long tokens;
    private long forwards;
    private long forwardNanos;

    /**
     * What was measured.
     *
     * @param texts the outputs, in order
     * @param tokensPerSecond of all streams together, prompts read included
     * @param tokensPerForward of a stream, after its prompt is read
     * @param firstTokenMillis median time from a stream's beginning to its first tokens
     * @param medianGapMillis between two releases of a stream
     * @param longestGapMillis the 99th hundredth of those
     * @param overheadShare share of the time outside the model's forward, in [0, 1]
     */
    public record Figures(
            List<String> texts,
            double tokensPerSecond,
            double tokensPerForward,
            double firstTokenMillis,
            double medianGapMillis,
            double longestGapMillis,
            double overheadShare) {}

    private final class Stream {
        private final Generation generation;
        private final int output;
        private final StringBuilder text = new StringBuilder();
        private final long begun = System.nanoTime();
        private long released;

        Stream(Generation generation, int output) {
            this.generation = generation;
            this.output = output;
        }

        void accept(Logits logits) {
            for (SamplingEvent event : generation.accept(logits)) {
                switch (event) {
                    case SamplingEvent.Drafted _ -> {}
                    case SamplingEvent.Committed committed -> {
                        text.append(committed.text());
                        release();
                    }
                    case SamplingEvent.Finished finished -> {
                        tokens += finished.usage().completionTokens();
                        forwards += finished.usage().forwards();
                        texts[output] = text.toString();
                    }
                }
            }
        }

        private void release() {
            long now = System.nanoTime();
            if (released == 0) {
                firstTokenMillis.add((now - begun) / NANOS_PER_MILLI);
            } else {
                gapMillis.add((now - released) / NANOS_PER_MILLI);
            }
            released = now;
        }
    }

    private Streams(Transformer model, int atOnce, int outputs) {
        this.model = model;
        this.atOnce = atOnce;
        this.texts = new String[outputs];
    }

    /**
     * Writes all outputs.
     *
     * @param generations begin one each
     * @param atOnce how many are written at a time, as long as there are so many
     */
    public static Figures write(
            Transformer model, List<Supplier<Generation>> generations, int atOnce) {
        return new Streams(model, atOnce, generations.size()).write(generations);
    }

    private Figures write(List<Supplier<Generation>> generations) {
        Queue<Supplier<Generation>> waiting = new ArrayDeque<>(generations);
        List<Stream> running = new ArrayList<>();
        long begun = System.nanoTime();
        while (!waiting.isEmpty() || !running.isEmpty()) {
            while (running.size() < atOnce && !waiting.isEmpty()) {
                int output = generations.size() - waiting.size();
                running.add(new Stream(waiting.remove().get(), output));
            }
            step(running);
            running.removeIf(Streams::leave);
        }
        long nanos = System.nanoTime() - begun;
        return new Figures(
                Arrays.asList(texts),
                tokens * NANOS / nanos,
                (double) tokens / Math.max(1, forwards),
                quantile(firstTokenMillis, 0.5),
                quantile(gapMillis, 0.5),
                quantile(gapMillis, 0.99),
                1 - (double) forwardNanos / nanos);
    }

    private void step(List<Stream> running) {
        List<Forward> asked = running.stream().map(stream -> stream.generation.next()).toList();
        long start = System.nanoTime();
        List<Logits> seen = model.forward(asked);
        forwardNanos += System.nanoTime() - start;
        for (int i = 0; i < running.size(); i++) {
            try (Logits logits = seen.get(i)) {
                running.get(i).accept(logits);
            }
        }
    }

    private static boolean leave(Stream stream) {
        if (stream.generation.isFinished()) {
            stream.generation.close();
        }
        return stream.generation.isFinished();
    }

    private static double quantile(List<Double> values, double share) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
    }
}
