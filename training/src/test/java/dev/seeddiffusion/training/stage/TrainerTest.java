package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
        train(folder, settings(stage, 200), false);

        List<Measurement> curve = curve(folder);
        double first = curve.getFirst().losses().get("next token");
        double last = curve.getLast().losses().get("next token");
        assertThat(first).isBetween(3.0, Math.log(tokenizer.vocabularySize()) + 1);
        assertThat(last).isLessThan(first - 1);
        if (stage == Stage.MASK) {
            assertThat(curve.getLast().losses().get("diffusion"))
                    .isLessThan(curve.getFirst().losses().get("diffusion") - 1);
        }
        try (CheckpointReader checkpoint = CheckpointReader.open(folder.resolve("checkpoint"))) {
            assertThat(checkpoint.config()).isEqualTo(config());
        }
        assertThat(folder.resolve("curves.svg")).content().startsWith("<svg");
    }

    @Test
    void a_resumed_run_sees_the_data_and_noise_of_an_undisturbed_one() throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        train(whole, settings(Stage.MASK, 40), false);
        train(parts, settings(Stage.MASK, 20), false);
        train(parts, settings(Stage.MASK, 40), true);

        assertThat(losses(parts)).isEqualTo(losses(whole)); // to the last bit
        assertThat(parts.resolve("checkpoint/model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("checkpoint/model.safetensors"));
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
        BatchSource source =
                new BatchSource(
                        List.of(
                                new BatchSource.Share(functions, 1 - settings.taskShare()),
                                new BatchSource.Share(tasks, settings.taskShare())),
                        settings.rows(),
                        settings.rowTokens(),
                        settings.seed());
        new Trainer(folder, shared.resolve(CodeTokenizer.FILE), config(), settings, null)
                .run(source, resume);
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
        // The plateau does not depend on the length of the run, so that parts can be compared.
        LearningRate rate = new LearningRate(5e-3, 10, steps, 0);
        return new TrainingSettings(
                stage, 4, 64, taskShare, 3, List.of(4, 16), rate, Duration.ofHours(1));
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
                16,
                0.9);
    }
}
