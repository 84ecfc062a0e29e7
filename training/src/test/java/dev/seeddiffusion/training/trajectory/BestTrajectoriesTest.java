package dev.seeddiffusion.training.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.TaskGrammar;
import dev.seeddiffusion.training.task.TaskMixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A random model writes; which of its outputs end is chance, but always the same. */
class BestTrajectoriesTest {

    private static final int TASKS = 12;
    private static final long SEED = 5;

    @TempDir private static Path shared;
    private static CodeTokenizer tokenizer;
    private static Interpreter interpreter;
    private static Transformer model;
    private static TrajectorySampler sampler;
    private static TaskMixture tasks;
    private static List<Candidate> candidates;
    private static List<List<Sample>> drawn;

    @TempDir private Path folder;

    @BeforeAll
    static void draw() throws IOException {
        FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);
        Path file = shared.resolve(CodeTokenizer.FILE);
        new BpeTrainer(300)
                .train(LongStream.range(0, 100).mapToObj(i -> grammar.function(i).code()), file);
        tokenizer = CodeTokenizer.open(file);
        model = TinyModel.random(shared, tokenizer, 512);
        interpreter = Interpreter.start();
        tasks = new TaskMixture(new TaskGrammar(1, Split.TRAIN, interpreter), TaskMixture.CODE);
        sampler = new TrajectorySampler(tokenizer, Verifier.byLikelihood());
        candidates =
                Collections.nCopies(
                        3, new Candidate(new Denoising(32, UnmaskingPolicy.fixedSteps(2)), 1));
        drawn = sampler.draw(model, tasks.tasks(0, TASKS), candidates, 0, SEED);
    }

    @AfterAll
    static void close() {
        sampler.close();
        interpreter.close();
        model.close();
        tokenizer.close();
    }

    @Test
    void the_elbo_is_the_sum_of_log_probabilities_of_what_stands_in_the_end() {
        Sample sample = drawn.stream().flatMap(List::stream).findFirst().orElseThrow();
        double sum = 0;
        for (BlockTrajectory block : sample.trajectory().blocks()) {
            for (float confidence : block.confidences()) {
                sum += Float.isNaN(confidence) ? 0 : Math.log(confidence);
            }
        }
        assertThat(sum).isNegative();
        assertThat(sample.trajectory().elbo()).isCloseTo(sum, within(1e-9));
    }

    @Test
    void the_candidate_with_the_largest_elbo_is_kept_of_each_task() throws IOException {
        List<List<Sample>> ended = drawn.stream().filter(samples -> !samples.isEmpty()).toList();
        assertThat(ended).as("tasks").hasSizeGreaterThan(4);
        assertThat(ended.stream().filter(samples -> samples.size() > 1))
                .as("tasks with a choice")
                .hasSizeGreaterThan(2);

        List<Sample> best = best(folder.resolve("best.bin"), TASKS);

        assertThat(best).hasSameSizeAs(ended);
        for (int i = 0; i < best.size(); i++) {
            double largest =
                    ended.get(i).stream()
                            .mapToDouble(sample -> sample.trajectory().elbo())
                            .max()
                            .orElseThrow();
            assertThat(best.get(i).task()).isEqualTo(ended.get(i).getFirst().task());
            assertThat(best.get(i).trajectory().elbo()).isEqualTo(largest);
        }
    }

    @Test
    void an_interrupted_drawing_goes_on_to_the_same_file() throws IOException {
        Path whole = folder.resolve("whole.bin");
        Path parts = folder.resolve("parts.bin");
        best(whole, TASKS);
        best(parts, TASKS / 2);
        byte[] part = Files.readAllBytes(parts);
        Files.write(parts, Arrays.copyOf(part, part.length - 5));

        best(parts, TASKS);

        assertThat(parts).hasSameBinaryContentAs(whole);
    }

    private static List<Sample> best(Path file, int count) throws IOException {
        return new BestTrajectories(sampler, tasks, candidates, SEED).draw(file, model, count);
    }
}
