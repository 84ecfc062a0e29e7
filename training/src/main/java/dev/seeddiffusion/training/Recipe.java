package dev.seeddiffusion.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Named steps in order, each with a folder of its own, which later steps go on from.
 *
 * <p>The file has a line a step: its name, {@code train} or {@code distill}, a file of arguments to
 * that command, found from where the recipe lies, and the earlier steps that it goes on from: the
 * checkpoint it begins with ({@code --from}), the one that answers ({@code --model}), the data it
 * learns from ({@code --data}). {@code #} begins a comment line.
 */
record Recipe(List<Step> steps) {

    private static final String DATA_OPTION = "--data";

    /** What a step does. */
    enum Kind {
        /** Leaves a checkpoint. */
        TRAIN("--from", TrainCommand::new),
        /** Leaves data. */
        DISTILL("--model", DistillCommand::new);

        private final String checkpointOption;
        private final Supplier<RecipeCommand> command;

        Kind(String checkpointOption, Supplier<RecipeCommand> command) {
            this.checkpointOption = checkpointOption;
            this.command = command;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param name of the step and of its folder
     * @param file of arguments
     * @param checkpoint name of the step whose checkpoint it goes on from
     * @param data name of the step whose data it learns from; null for the prepared ones
     */
    record Step(
            String name, Kind kind, Path file, @Nullable String checkpoint, @Nullable String data) {

        /**
         * All that its command is given.
         *
         * @param prepared folder that {@code prepare} wrote
         * @param tokenizer folder of the tokenizer
         * @param out folder for the folders of the steps
         */
        List<String> arguments(Path prepared, Path tokenizer, Path out) {
            List<String> words = new ArrayList<>(List.of("@" + file));
            Path source = data == null ? prepared : out.resolve(data);
            words.addAll(List.of(DATA_OPTION, source.toString()));
            if (checkpoint != null) {
                Path model = out.resolve(checkpoint).resolve("checkpoint");
                words.addAll(List.of(kind.checkpointOption, model.toString()));
            }
            if (kind == Kind.TRAIN) { // a model that answers has its tokenizer beside it
                words.addAll(List.of("--tokenizer", tokenizer.toString()));
            }
            words.addAll(List.of("--out", out.resolve(name).toString()));
            return words;
        }

        /**
         * The command with its {@link #arguments}, not yet begun.
         *
         * @throws CommandLine.ParameterException if an argument is wrong
         */
        RecipeCommand command(Path prepared, Path tokenizer, Path out) {
            RecipeCommand command = kind.command.get();
            new CommandLine(command)
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .parseArgs(arguments(prepared, tokenizer, out).toArray(String[]::new));
            return command;
        }
    }

    /**
     * @throws IllegalArgumentException if a line is no step, has a name that was there before, or
     *     goes on from what no step before it leaves
     * @throws IOException if the file cannot be read
     */
    static Recipe read(Path file) throws IOException {
        Map<String, Step> steps = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                Step step = step(file, line.split("\\s+"), steps);
                steps.put(step.name(), step);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return new Recipe(List.copyOf(steps.values()));
    }

    private static Step step(Path recipe, String[] words, Map<String, Step> before) {
        if (words.length % 2 == 0 || words.length < 3) {
            throw new IllegalArgumentException(
                    ("a line is a name, a command, the file of its arguments and what it goes on"
                                    + " from, such as 'edit train nano-edit.args --from mask', but"
                                    + " this is '%s'.")
                            .formatted(String.join(" ", words)));
        }
        String name = words[0];
        if (!name.matches("\\w[\\w-]*")) {
            throw new IllegalArgumentException(
                    "%s cannot name a step and its folder: use letters, digits, '_' and '-'."
                            .formatted(name));
        }
        if (before.containsKey(name)) {
            throw new IllegalArgumentException(
                    "the step %s is there twice: give one of them another name.".formatted(name));
        }
        Kind kind = kind(words[1]);
        Path file = recipe.resolveSibling(words[2]);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    file + " is no file: name it from where the recipe lies.");
        }
        Map<String, String> sources = sources(kind, words, before);
        return new Step(
                name, kind, file, sources.get(kind.checkpointOption), sources.get(DATA_OPTION));
    }

    private static Kind kind(String command) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.toString().equals(command))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "the command %s cannot be a step: use one of %s."
                                                .formatted(
                                                        command, Arrays.toString(Kind.values()))));
    }

    /** Names of earlier steps by the option that they are given to. */
    private static Map<String, String> sources(
            Kind kind, String[] words, Map<String, Step> before) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (int i = 3; i < words.length; i += 2) {
            String option = words[i];
            boolean data = option.equals(DATA_OPTION);
            if (!data && !option.equals(kind.checkpointOption)) {
                throw new IllegalArgumentException(
                        ("%s does not say what a %s step goes on from: use %s or %s, and write the"
                                        + " rest into its file.")
                                .formatted(option, kind, kind.checkpointOption, DATA_OPTION));
            }
            Kind needed = data ? Kind.DISTILL : Kind.TRAIN;
            Step source = before.get(words[i + 1]);
            if (source == null || source.kind() != needed) {
                throw new IllegalArgumentException(
                        ("%s %s names no %s step before this one: name one of %s, or write it"
                                        + " further up.")
                                .formatted(option, words[i + 1], needed, names(before, needed)));
            }
            if (sources.put(option, source.name()) != null) {
                throw new IllegalArgumentException(option + " is there twice: leave one.");
            }
        }
        return sources;
    }

    private static List<String> names(Map<String, Step> steps, Kind kind) {
        return steps.values().stream().filter(step -> step.kind() == kind).map(Step::name).toList();
    }
}
