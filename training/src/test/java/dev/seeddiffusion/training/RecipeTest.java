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

/** Recipes of real, very small steps. */
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

    /** The second step has a rate of 0: it ends with the weights that it began with. */
    @BeforeEach
    void write() throws IOException {
        recipe = folder.resolve("tiny.recipe");
        out = folder.resolve("runs");
        Files.writeString(
                recipe,
                """
                # two steps
                pretrain  train  tiny-pretrain.args

                mask      train  tiny-mask.args      --from pretrain
                """);
        Files.writeString(
                folder.resolve("tiny-pretrain.args"),
                "--stage ar\n--whole\n--steps 40\n" + TinyData.SMALL);
        Files.writeString(
                folder.resolve("tiny-mask.args"),
                "--stage mask\n--steps 2\n--rate 0\n--rows 2\n--row-tokens 64\n");
        Files.writeString(folder.resolve("tiny-own.args"), "--tasks 5\n");
    }

    @Test
    void steps_run_in_order_from_the_checkpoints_that_they_name() {
        assertThat(follow()).isZero();

        assertThat(Trainer.stepsDone(out.resolve("pretrain"))).isEqualTo(40);
        assertThat(Trainer.stepsDone(out.resolve("mask"))).isEqualTo(2);
        assertThat(out.resolve("mask").resolve(MODEL))
                .hasSameBinaryContentAs(out.resolve("pretrain").resolve(MODEL));
    }

    @Test
    void a_step_that_names_none_begins_afresh() throws IOException {
        Files.writeString(
                recipe, "pretrain train tiny-pretrain.args\nother train tiny-other.args\n");
        Files.writeString(
                folder.resolve("tiny-other.args"),
                "--stage ar\n--steps 2\n--rate 0\n" + TinyData.SMALL);

        assertThat(follow()).isZero();

        assertThat(
                        Files.mismatch(
                                out.resolve("other").resolve(MODEL),
                                out.resolve("pretrain").resolve(MODEL)))
                .isNotNegative();
    }

    @Test
    void finished_steps_are_skipped_and_an_interrupted_one_goes_on() throws IOException {
        Path pretrain = out.resolve("pretrain");
        List<String> half = new ArrayList<>(List.of("train", "--stage", "ar", "--whole"));
        half.addAll(List.of("--steps", "20"));
        half.addAll(List.of(TinyData.SMALL.split("\\s+")));
        half.addAll(List.of("--data", shared.toString(), "--tokenizer", shared.toString()));
        half.addAll(List.of("--out", pretrain.toString()));
        assertThat(SeedCommand.run(half.toArray(String[]::new))).isZero();
        double seconds = MetricsFile.read(pretrain.resolve("metrics.jsonl")).getFirst().seconds();

        assertThat(follow()).isZero();
        assertThat(MetricsFile.read(pretrain.resolve("metrics.jsonl")))
                .extracting(measurement -> measurement.step())
                .containsExactly(20L, 40L);
        assertThat(MetricsFile.read(pretrain.resolve("metrics.jsonl")).getFirst().seconds())
                .as("measured before")
                .isEqualTo(seconds);
        byte[] state = Files.readAllBytes(pretrain.resolve("state.safetensors"));

        assertThat(follow()).isZero();
        assertThat(pretrain.resolve("state.safetensors")).hasBinaryContent(state);
    }

    @Test
    void answers_that_are_written_are_not_asked_for_again_and_are_learnt_from() throws IOException {
        Files.writeString(
                recipe,
                """
                pretrain  train    tiny-pretrain.args
                own       distill  tiny-own.args       --model pretrain
                mask      train    tiny-mask.args      --from pretrain --data own
                """);
        Path tasks = TinyData.write(out.resolve("own")).resolve(PrepareCommand.TASKS_FILE);
        byte[] written = Files.readAllBytes(tasks);

        assertThat(follow()).isZero();
        assertThat(tasks).hasBinaryContent(written);
        assertThat(Trainer.stepsDone(out.resolve("mask"))).isEqualTo(2);

        Files.delete(out.resolve("own").resolve(PrepareCommand.TRAIN_FILE));
        Files.delete(out.resolve("mask").resolve("state.safetensors"));
        assertThat(errors(() -> assertThat(follow()).isEqualTo(1)))
                .as("its data come from there")
                .contains(Path.of("own", PrepareCommand.TRAIN_FILE).toString());
    }

    @Test
    void interrupted_answering_begins_again_and_wrong_answers_alone_are_no_data()
            throws IOException {
        Files.writeString(
                recipe,
                """
                pretrain  train    tiny-pretrain.args
                own       distill  tiny-own.args       --model pretrain
                """);
        Path own = Files.createDirectories(out.resolve("own"));
        Files.writeString(own.resolve(PrepareCommand.TRAIN_FILE), "of an interrupted one");
        Files.writeString(own.resolve(PrepareCommand.TASKS_FILE + ".part"), "half");

        assertThat(errors(() -> assertThat(follow()).isEqualTo(1)))
                .contains("None of ", "answers is right", "name a --model");

        assertThat(own.resolve(PrepareCommand.TRAIN_FILE))
                .hasSameBinaryContentAs(shared.resolve(PrepareCommand.TRAIN_FILE));
        assertThat(own.resolve(PrepareCommand.TASKS_FILE)).doesNotExist();
        assertThat(own.resolve(PrepareCommand.TASKS_FILE + ".part")).doesNotExist();
    }

    @Test
    void names_become_folders() throws IOException {
        Files.writeString(
                recipe,
                """
                edit   train    tiny-mask.args
                own    distill  tiny-own.args  --model edit
                order  train    tiny-mask.args --data own --from edit
                """);

        List<Recipe.Step> steps = Recipe.read(recipe).steps();

        assertThat(steps)
                .extracting(step -> step.arguments(Path.of("d"), Path.of("t"), Path.of("o")))
                .extracting(arguments -> String.join(" ", arguments.subList(1, arguments.size())))
                .containsExactly(
                        "--data d --tokenizer t --out o/edit",
                        "--data d --model o/edit/checkpoint --out o/own",
                        "--data o/own --from o/edit/checkpoint --tokenizer t --out o/order");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mask train                           | a line is a name, a command | 'mask train'",
                "mask train tiny-mask.args --from     | a line is a name, a command | such as",
                "../mask train tiny-mask.args         | ../mask cannot name a step | letters",
                "first train tiny-mask.args           | first is there twice | another name",
                "mask eval tiny-mask.args             | command eval | [train, distill]",
                "mask train nowhere.args              | nowhere.args is no file | where the recipe lies",
                "mask train tiny-mask.args --from old | --from old names no train step | one of [first]",
                "mask train tiny-mask.args --data first | --data first names no distill | further up",
                "mask train tiny-mask.args --from own | --from own names no train step | [first]",
                "mask train tiny-mask.args --model first | --model does not say | --from or --data",
                "mask train tiny-mask.args --from first --from first | --from is there twice | leave one",
                "more distill tiny-own.args --from first | --from does not say | --model or --data"
            })
    void a_mistake_in_the_recipe_is_told_with_its_line_and_what_to_do(
            String line, String message, String advice) throws IOException {
        Files.writeString(
                recipe,
                "first train tiny-pretrain.args\nown distill tiny-own.args --model first\n" + line);

        assertThat(errors(() -> assertThat(follow()).isEqualTo(1)))
                .contains("tiny.recipe:3: ", message, advice);
        assertThat(out).doesNotExist();
    }

    @Test
    void a_step_cannot_follow_a_recipe() throws IOException {
        Files.writeString(folder.resolve("tiny-mask.args"), "--recipe tiny.recipe\n");

        assertThat(errors(() -> assertThat(follow()).isEqualTo(1)))
                .contains("tiny-mask.args asks for a recipe", "name a --stage");
        assertThat(out).doesNotExist();
    }

    @Test
    void a_mistake_in_the_last_step_is_told_before_the_first_begins() throws IOException {
        Files.writeString(folder.resolve("tiny-mask.args"), "--stage mask\n--step 2\n");

        assertThat(errors(() -> assertThat(follow()).isNotZero())).contains("--step");
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--steps=3", "--resume", "--from=somewhere", "--whole"})
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
