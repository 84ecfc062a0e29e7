package dev.seeddiffusion.training;

import dev.seeddiffusion.training.corpus.FunctionPrompt;
import dev.seeddiffusion.training.evaluation.HeldOutTasks;
import dev.seeddiffusion.training.evaluation.LogLikelihood;
import dev.seeddiffusion.training.evaluation.PythonParse;
import dev.seeddiffusion.training.evaluation.PythonParser;
import dev.seeddiffusion.training.evaluation.TaskResult;
import dev.seeddiffusion.training.evaluation.TaskResult.Sample;
import dev.seeddiffusion.training.evaluation.TextFigures;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.Check;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Held-out functions of a corpus as tasks. They come without tests: an answer passes if it is
 * Python and does something, and is compared with the original.
 */
final class FunctionTasks implements Check, AutoCloseable {
    private static final double PARSES = 0.5;
    private static final double HAS_BODY = 1;

    private final PythonParser parser = new PythonParser();

    /**
     * @param loaded whose context the functions must fit into; null for all functions
     */
    List<Task> read(Path heldOut, int skipped, int count, @Nullable LoadedModel loaded) {
        List<FunctionPrompt> functions =
                HeldOutTasks.read(
                        heldOut,
                        skipped,
                        count,
                        text -> loaded == null ? 0 : loaded.tokenizer().encode(text).length,
                        loaded == null ? Integer.MAX_VALUE : loaded.contextTokens());
        return IntStream.range(0, functions.size())
                .mapToObj(
                        i ->
                                new Task(
                                        "functions/" + (skipped + i),
                                        TaskKind.COMPLETION,
                                        functions.get(i).prompt(),
                                        null,
                                        functions.get(i).body(),
                                        this))
                .toList();
    }

    @Override
    public synchronized double score(String candidate, Sandbox sandbox) throws IOException {
        PythonParse parse = parser.parse(candidate);
        return parse.hasBody() ? HAS_BODY : parse.parses() ? PARSES : 0;
    }

    /** How the first answers compare with the originals. */
    static Map<String, Object> figures(List<Task> tasks, List<TaskResult> results) {
        Map<String, Object> figures = new LinkedHashMap<>();
        List<Sample> samples = results.stream().map(r -> r.samples().getFirst()).toList();
        figures.put("parse_rate", rate(samples, PARSES));
        figures.put("body_rate", rate(samples, HAS_BODY));
        List<Double> similarities = new ArrayList<>();
        List<Double> repetitions = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            String text = samples.get(i).answer().text();
            String body = task.candidate(text == null ? "" : text);
            body = body.substring(task.prompt().length());
            similarities.add(TextFigures.editSimilarity(task.answer(), body));
            repetitions.add(TextFigures.repetition(text == null ? "" : text));
        }
        figures.put("edit_similarity", mean(similarities));
        figures.put("repetition_rate", mean(repetitions));
        return figures;
    }

    /** Mean log-likelihood per token of the originals, in nats, in the causal mode. */
    static double logLikelihood(List<Task> tasks, LoadedModel loaded) {
        double sum = 0;
        long count = 0;
        int end = loaded.tokenizer().documentEnd();
        for (Task task : tasks) {
            int[] code = loaded.tokenizer().encode(task.prompt() + task.answer());
            int[] tokens =
                    IntStream.concat(
                                    IntStream.concat(IntStream.of(end), IntStream.of(code)),
                                    IntStream.of(end))
                            .toArray();
            sum += LogLikelihood.of(loaded.model(), tokens);
            count += tokens.length - 1;
        }
        return sum / count;
    }

    private static double rate(List<Sample> samples, double least) {
        return mean(samples.stream().map(s -> s.score() >= least ? 1.0 : 0.0).toList());
    }

    private static double mean(List<Double> values) {
        return values.stream().flatMapToDouble(DoubleStream::of).average().orElse(0);
    }

    @Override
    public void close() {
        parser.close();
    }
}
