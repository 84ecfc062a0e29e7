package dev.seeddiffusion.training;

import dev.seeddiffusion.training.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stages of training in order. Each is trained in a folder of its own and begins with the
 * checkpoint of the one before; the autoregressive baseline begins afresh, and nothing begins with
 * it.
 *
 * <p>The file has a line a stage: its name, and a file of arguments to {@code train}, found from
 * where the recipe lies. {@code #} begins a comment line.
 *
 * @param file the recipe's own
 * @param arguments file of each stage's arguments
 */
record Recipe(Path file, Map<Stage, Path> arguments) {

    /**
     * A stage to be trained.
     *
     * @param file of its arguments
     * @param arguments all of them
     */
    record Step(Stage stage, Path file, List<String> arguments) {}

    /**
     * @throws IllegalArgumentException if a line names no stage, one that was named before, or no
     *     file
     * @throws IOException if the file cannot be read
     */
    static Recipe read(Path file) throws IOException {
        Map<Stage, Path> arguments = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1) + ": ";
            String[] words = line.split("\\s+", 2);
            Stage stage = stage(words[0]);
            if (stage == null || words.length < 2) {
                throw new IllegalArgumentException(
                        place
                                + "a line is a stage and the file of its arguments, such as 'mask"
                                + " nano-mask.args', but this is '%s'. Stages: %s."
                                        .formatted(line, names()));
            }
            Path own = file.resolveSibling(words[1]);
            if (!Files.isRegularFile(own)) {
                throw new IllegalArgumentException(
                        place + own + " is no file: name it from where the recipe lies.");
            }
            if (arguments.put(stage, own) != null) {
                throw new IllegalArgumentException(
                        place + "the stage %s is there twice.".formatted(name(stage)));
            }
        }
        return new Recipe(file, arguments);
    }

    /**
     * @param data folder that {@code prepare} wrote
     * @param tokenizer folder of the tokenizer
     * @param out folder for the folders of the stages
     */
    List<Step> steps(Path data, Path tokenizer, Path out) {
        List<Step> steps = new ArrayList<>();
        Path before = null;
        for (Stage stage : arguments.keySet()) {
            Path folder = out.resolve(name(stage));
            List<String> words = new ArrayList<>(List.of("@" + arguments.get(stage)));
            words.addAll(List.of("--data", data.toString()));
            words.addAll(List.of("--tokenizer", tokenizer.toString()));
            words.addAll(List.of("--out", folder.toString()));
            if (stage != Stage.AR) {
                if (before != null) {
                    words.addAll(List.of("--from", before.resolve("checkpoint").toString()));
                }
                before = folder;
            }
            steps.add(new Step(stage, arguments.get(stage), words));
        }
        return steps;
    }

    /** What a stage is called in files and folders. */
    static String name(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Stage stage(String name) {
        return Arrays.stream(Stage.values())
                .filter(stage -> name(stage).equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String names() {
        return String.join(", ", Arrays.stream(Stage.values()).map(Recipe::name).toList());
    }
}
