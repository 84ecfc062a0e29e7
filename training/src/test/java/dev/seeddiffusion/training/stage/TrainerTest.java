package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.noise.EditNoise;
import dev.seeddiffusion.diffusion.noise.EditOperation;
import dev.seeddiffusion.diffusion.noise.MaskNoise;
import dev.seeddiffusion.diffusion.noise.TokenEdits;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.data.Batch;
import dev.seeddiffusion.training.data.BatchSource;
import dev.seeddiffusion.training.data.Document;
import dev.seeddiffusion.training.data.DocumentEncoder;
import dev.seeddiffusion.training.data.TokenFile;
import dev.seeddiffusion.training.data.TokenFileBuilder;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.GeneratedFunction;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.report.Measurement;
import dev.seeddiffusion.training.report.MetricsFile;
import dev.seeddiffusion.training.trajectory.Sample;
import dev.seeddiffusion.training.trajectory.Samples;
import dev.seeddiffusion.training.trajectory.Samples.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole, very small training run on real PyTorch. */
class TrainerTest {

    @TempDir private static Path shared;
    private static CodeTokenizer tokenizer;
    private static TokenFile functions;
    private static TokenFile tasks;

    @TempDir private Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);
        Path file = shared.resolve(CodeTokenizer.FILE);
        new BpeTrainer(400)
                .train(LongStream.range(0, 200).mapToObj(i -> grammar.function(i).code()), file);
        tokenizer = CodeTokenizer.open(file);
        functions = write("functions", i -> Document.of(grammar.function(i).code()));
        tasks =
                write(
                        "tasks",
                        i -> {
                            GeneratedFunction function = grammar.function(i);
                            return Document.of(function.prompt(), function.body());
                        });
    }

    private static TokenFile write(String name, LongFunction<Document> document)
            throws IOException {
        Path data = shared.resolve(name + ".tokens");
        try (TokenFileBuilder builder =
                new TokenFileBuilder(
                        data,
                        new DocumentEncoder(tokenizer)::encode,
                        tokenizer.vocabularySize(),
                        tokenizer.digest(),
                        512)) {
            for (long i = 0; i < 200; i++) {
                builder.add(document.apply(i));
            }
            builder.finish();
        }
        return TokenFile.open(data, tokenizer.digest());
    }

    @AfterAll
    static void close() throws IOException {
        functions.close();
        tasks.close();
        tokenizer.close();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_stage_learns(Stage stage) throws IOException {
        TrainingSettings settings = settings(stage, 300);
        // At its next step all the while: a growing horizon asks for more, and losses do not
        // compare.
        train(folder, settings, objective(settings, 1), false);

        List<Measurement> curve = curve(folder);
        double first = curve.getFirst().losses().get("next token");
        double last = curve.getLast().losses().get("next token");
        assertThat(first).isBetween(3.0, Math.log(tokenizer.vocabularySize()) + 1);
        assertThat(last).isLessThan(first - 1);
        if (stage != Stage.AR) {
            assertThat(curve.getLast().losses().get("diffusion"))
                    .isLessThan(curve.getFirst().losses().get("diffusion") - 0.5);
        }
        try (CheckpointReader checkpoint = CheckpointReader.open(folder.resolve("checkpoint"))) {
            assertThat(checkpoint.config()).isEqualTo(config());
        }
        assertThat(folder.resolve("curves.svg")).content().startsWith("<svg");
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void an_interrupted_run_ends_as_an_undisturbed_one(Stage stage) throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        TrainingSettings settings = settings(stage, 40);
        train(whole, settings, false);
        interrupt(parts, settings, 27);
        assertThat(Trainer.stepsDone(parts)).isEqualTo(stage == Stage.POLICY ? 20 : 27);
        train(parts, settings, true);

        assertThat(Trainer.stepsDone(parts)).isEqualTo(40);
        assertThat(parts.resolve("checkpoint/model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("checkpoint/model.safetensors"));
    }

    @Test
    void a_resumed_run_measures_what_an_undisturbed_one_does() throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        TrainingSettings settings = settings(Stage.MASK, 40);
        train(whole, settings, false);
        interrupt(parts, settings, 20);
        train(parts, settings, true);

        assertThat(losses(parts)).hasSize(2).isEqualTo(losses(whole)); // to the last bit
    }

    @Test
    void policy_rounds_measure_how_the_model_writes() throws IOException {
        train(folder, settings(Stage.POLICY, 20), false);

        assertThat(curve(folder).getLast().losses())
                .containsKeys("steps per sample", "tokens per step", "verified", "horizon");
    }

    /** An average that moves further than to the weights would run away from them. */
    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {1, 3, 7})
    void the_average_of_a_very_short_run_is_its_last_weights(int steps) throws IOException {
        train(folder, settings(Stage.AR, steps), false);

        List<Shape> shapes = WeightLayout.of(config()).stream().map(TrainableModel::shape).toList();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            RunState state = RunState.load(manager, folder.resolve("state.safetensors"), shapes);
            for (int i = 0; i < shapes.size(); i++) {
                assertThat(state.averages().get(i).toFloatArray())
                        .containsExactly(state.weights().get(i).toFloatArray(), offset(1e-6f));
            }
        }
    }

    @Test
    void a_folder_without_a_run_has_done_no_step() {
        assertThat(Trainer.stepsDone(folder)).isZero();
    }

    @Test
    void a_run_is_not_overwritten_and_not_resumed_with_other_data() throws IOException {
        TrainingSettings settings = settings(Stage.AR, 20);
        train(folder, settings, false);

        assertThatThrownBy(() -> train(folder, settings, false)).hasMessageContaining("--resume");
        assertThatThrownBy(() -> train(folder, settings(Stage.MASK, 40), true))
                .hasMessageContaining("stage ar")
                .hasMessageContaining("stage mask");
        assertThatThrownBy(() -> train(folder, settings(Stage.AR, 20, 0.5), true))
                .hasMessageContaining("task share 0.7")
                .hasMessageContaining("task share 0.5");
        assertThatThrownBy(() -> train(folder.resolve("other"), settings, true))
                .hasMessageContaining("no run to resume");
    }

    private static void train(Path folder, TrainingSettings settings, boolean resume)
            throws IOException {
        train(folder, settings, objective(settings), resume);
    }

    /** As a run that is saved after each step where it can be, and stops before one. */
    private static void interrupt(Path folder, TrainingSettings settings, int step) {
        TrainingSettings saving =
                new TrainingSettings(
                        settings.stage(),
                        settings.rows(),
                        settings.rowTokens(),
                        settings.taskShare(),
                        settings.wholeTasks(),
                        settings.seed(),
                        settings.blockTokens(),
                        settings.fullShare(),
                        settings.ownShare(),
                        settings.editOperations(),
                        settings.rate(),
                        Duration.ZERO);
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                train(
                                        folder,
                                        saving,
                                        new Interrupted(objective(settings), step),
                                        false))
                .withMessage("interrupted");
    }

    private static void train(
            Path folder, TrainingSettings settings, Objective objective, boolean resume)
            throws IOException {
        BatchSource source =
                new BatchSource(
                        List.of(
                                new BatchSource.Share(functions, 1 - settings.taskShare()),
                                new BatchSource.Share(tasks, settings.taskShare())),
                        settings.rows(),
                        settings.rowTokens(),
                        settings.seed());
        new Trainer(folder, shared.resolve(CodeTokenizer.FILE), config(), settings, objective, null)
                .run(source, resume);
    }

    private static Objective objective(TrainingSettings settings) {
        return objective(settings, 0.3);
    }

    private static Objective objective(TrainingSettings settings, double leastVerified) {
        int end = tokenizer.documentEnd();
        int mask = tokenizer.mask();
        TokenEdits edits =
                new TokenEdits(mask, end, tokenizer.vocabularySize(), settings.editOperations());
        DiffusionObjective edit =
                new DiffusionObjective(
                        new EditNoise(mask, edits),
                        null,
                        new OwnDrafts(settings.ownShare(), null, mask, end),
                        0,
                        end,
                        settings.blockTokens());
        return switch (settings.stage()) {
            case AR -> new NextTokenObjective(end);
            case MASK -> new DiffusionObjective(new MaskNoise(mask), end, settings.blockTokens());
            case EDIT -> edit;
            case ORDER ->
                    new OrderObjective(
                            edit,
                            IntStream.range(0, 50).mapToObj(i -> sample(i, 3, 1)).toList(),
                            edits,
                            mask,
                            end);
            case POLICY ->
                    new PolicyObjective(
                            edit,
                            TrainerTest::rollouts,
                            new PolicySchedule(10, settings.rate().steps(), leastVerified),
                            end);
        };
    }

    /** Three samples of each of eight tasks; which of them are right depends on the model. */
    private static List<List<Sample>> rollouts(Transformer model, int round) {
        List<List<Sample>> samples = new ArrayList<>();
        int first =
                8 * (round % 10); // asked again and again, so that 300 steps suffice to learn them
        for (int task = first; task < first + 8; task++) {
            int[] prompt = sample(task, 1, 0).trajectory().prompt();
            try (KvCache cache = model.newCache(prompt.length);
                    Logits logits = model.forward(cache, prompt, new int[0], prompt.length - 1)) {
                int odd = logits.likeliest().ids()[0] % 2;
                samples.add(List.of(sample(task, 4, 1), sample(task, 2, odd), sample(task, 1, 0)));
            }
        }
        return samples;
    }

    /** The beginning of a task's document, as if it had been written in two blocks. */
    private static Sample sample(int task, int steps, double value) {
        int[] ids = tasks.document(task);
        int[] last = Arrays.copyOfRange(ids, 22, 27);
        last[4] = Samples.END;
        return Samples.of(
                task,
                Arrays.copyOf(ids, 10),
                value,
                block(Arrays.copyOfRange(ids, 10, 22), steps),
                block(last, steps).in(8));
    }

    private static Block block(int[] tokens, int steps) {
        return Block.of(tokens, IntStream.range(0, tokens.length).map(i -> i % steps).toArray());
    }

    private record Interrupted(Objective objective, int at) implements Objective {
        @Override
        public void prepare(int step, CurrentModel model) throws IOException {
            if (step == at) {
                throw new IllegalStateException("interrupted");
            }
            objective.prepare(step, model);
        }

        @Override
        public boolean canResumeAt(int step) {
            return objective.canResumeAt(step);
        }

        @Override
        public TrainingBatch pose(Batch clean, CurrentModel model, RandomGenerator random) {
            return objective.pose(clean, model, random);
        }

        @Override
        public Map<String, Double> figures() {
            return objective.figures();
        }
    }

    private static List<Measurement> curve(Path folder) throws IOException {
        return MetricsFile.read(folder.resolve("metrics.jsonl"));
    }

    private static List<Map<String, Double>> losses(Path folder) throws IOException {
        return curve(folder).stream().map(Measurement::losses).toList();
    }

    private static TrainingSettings settings(Stage stage, int steps) {
        return settings(stage, steps, 0.7);
    }

    private static TrainingSettings settings(Stage stage, int steps, double taskShare) {
        LearningRate rate = new LearningRate(5e-3, 10, steps, 0);
        return new TrainingSettings(
                stage,
                4,
                64,
                taskShare,
                false,
                3,
                List.of(4, 16),
                0,
                0.3,
                EnumSet.allOf(EditOperation.class),
                rate,
                Duration.ofHours(1));
    }

    private static ModelConfig config() {
        return new ModelConfig(
                tokenizer.vocabularySize(),
                64,
                2,
                2,
                1,
                32,
                128,
                64,
                1e-6,
                10_000,
                true,
                tokenizer.documentEnd(),
                tokenizer.mask(),
                SamplingDefaults.of(16, 0.9));
    }
}
