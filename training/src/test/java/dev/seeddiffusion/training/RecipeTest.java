package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.report.MetricsFile;
import dev.seeddiffusion.training.stage.Trainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes of real, very small stages. */
class RecipeTest {

    private static final String MODEL = "checkpoint/model.safetensors";

    @TempDir private static Path shared;
    @TempDir private Path folder;
    private Path recipe;
    private Path out;

    @BeforeAll
    static void prepare() throws IOException {
        TinyData.write(shared);
    }

    /** The second stage has a rate of 0: it ends with the weights that it began with. */
    @BeforeEach
    void write() throws IOException {
        recipe = folder.resolve("tiny.recipe");
        out = folder.resolve("runs");
        Files.writeString(recipe, "# two stages\nmask  tiny-mask.args\n\nedit  tiny-edit.args\n");
        Files.writeString(
                folder.resolve("tiny-mask.args"), "--stage mask\n--steps 40\n" + TinyData.SMALL);
        Files.writeString(
                folder.resolve("tiny-edit.args"),
                "--stage edit\n--steps 2\n--rate 0\n--rows 2\n--row-tokens 64\n");
    }

    @Test
    void stages_run_in_order_each_from_the_checkpoint_before() {
        assertThat(follow()).isZero();

        assertThat(Trainer.stepsDone(out.resolve("mask"))).isEqualTo(40);
        assertThat(Trainer.stepsDone(out.resolve("edit"))).isEqualTo(2);
        assertThat(out.resolve("edit").resolve(MODEL))
                .hasSameBinaryContentAs(out.resolve("mask").resolve(MODEL));
    }

    @Test
    void the_baseline_begins_afresh_and_nothing_begins_with_it() throws IOException {
        Files.writeString(recipe, "mask tiny-mask.args\nar tiny-ar.args\nedit tiny-edit.args\n");
        Files.writeString(
                folder.resolve("tiny-ar.args"),
                "--stage ar\n--steps 2\n--rate 0\n" + TinyData.SMALL);

        assertThat(follow()).isZero();

        Path mask = out.resolve("mask").resolve(MODEL);
        assertThat(Files.mismatch(out.resolve("ar").resolve(MODEL), mask)).isNotNegative();
        assertThat(Files.mismatch(out.resolve("edit").resolve(MODEL), mask)).isEqualTo(-1);
    }

    @Test
    void finished_stages_are_skipped_and_an_interrupted_one_goes_on() throws IOException {
        Path mask = out.resolve("mask");
        List<String> half = new ArrayList<>(List.of("train", "--stage", "mask", "--steps", "20"));
        half.addAll(List.of(TinyData.SMALL.split("\\s+")));
        half.addAll(List.of("--data", shared.toString(), "--tokenizer", shared.toString()));
        half.addAll(List.of("--out", mask.toString()));
        assertThat(SeedCommand.run(half.toArray(String[]::new))).isZero();
        double seconds = MetricsFile.read(mask.resolve("metrics.jsonl")).getFirst().seconds();

        assertThat(follow()).isZero();
        assertThat(MetricsFile.read(mask.resolve("metrics.jsonl")))
                .extracting(measurement -> measurement.step())
                .containsExactly(20L, 40L);
        assertThat(MetricsFile.read(mask.resolve("metrics.jsonl")).getFirst().seconds())
                .as("measured before")
                .isEqualTo(seconds);
        byte[] state = Files.readAllBytes(mask.resolve("state.safetensors"));

        assertThat(follow()).isZero();
        assertThat(mask.resolve("state.safetensors")).hasBinaryContent(state);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "masks tiny-mask.args     | tiny.recipe:1: a line is a stage | ar",
                "mask                     | tiny.recipe:1: a line is a stage | 'mask'",
                "mask nowhere.args        | nowhere.args is no file | where the recipe lies",
                "edit tiny-mask.args      | is to train the stage edit, but asks for mask | name"
            })
    void a_mistake_in_the_recipe_is_told_with_what_to_do(String line, String message, String advice)
            throws IOException {
        Files.writeString(recipe, line);

        assertThat(errors(() -> assertThat(follow()).isEqualTo(1))).contains(message, advice);
        assertThat(out).doesNotExist();
    }

    @Test
    void a_mistake_in_the_last_stage_is_told_before_the_first_begins() throws IOException {
        Files.writeString(folder.resolve("tiny-edit.args"), "--stage edit\n--step 2\n");

        assertThat(errors(() -> assertThat(follow()).isNotZero())).contains("--step");
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--steps=3", "--resume", "--from=somewhere"})
    void other_options_beside_a_recipe_are_refused(String option) {
        String errors = errors(() -> assertThat(follow(option)).isEqualTo(1));

        assertThat(errors).contains(option.split("=")[0] + " is not known with --recipe");
        assertThat(out).doesNotExist();
    }

    @Test
    void the_recipe_of_nano_is_one() {
        recipe = Path.of("../recipes/nano.recipe");
        String errors =
                errors(
                        () ->
                                assertThat(
                                                SeedCommand.run(
                                                        "train",
                                                        "--recipe",
                                                        recipe.toString(),
                                                        "--data",
                                                        "nowhere",
                                                        "--tokenizer",
                                                        "nowhere",
                                                        "--out",
                                                        out.toString()))
                                        .isEqualTo(1));

        assertThat(errors).as("all arguments are read, but no data").contains("nowhere");
        assertThat(errors.lines()).hasSize(1);
    }

    private int follow(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--recipe",
                                recipe.toString(),
                                "--data",
                                shared.toString(),
                                "--tokenizer",
                                shared.toString(),
                                "--out",
                                out.toString()));
        arguments.addAll(List.of(more));
        return SeedCommand.run(arguments.toArray(String[]::new));
    }

    private static String errors(Runnable command) {
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true));
        try {
            command.run();
        } finally {
            System.setErr(before);
        }
        return errors.toString();
    }
}
