package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.training.data.Document;
import dev.seeddiffusion.training.data.DocumentEncoder;
import dev.seeddiffusion.training.data.TokenFileBuilder;
import dev.seeddiffusion.training.evaluation.SuiteRunner;
import dev.seeddiffusion.training.evaluation.TaskResult;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.task.Example;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.NanoSuite;
import dev.seeddiffusion.training.task.TaskGrammar;
import dev.seeddiffusion.training.task.TaskMixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/**
 * Has a model answer tasks one token at a time and keeps what is right, as data for its blocks.
 *
 * <p>Source: sequence-level knowledge distillation, Kim and Rush, arXiv 1606.07947: of the many
 * right answers that data hold the student learns the teacher's one, so that tokens placed at once
 * agree with each other. Teacher and student are two modes of one model here.
 */
@Command(
        name = "distill",
        description = {
            "Has a model answer tasks one token at a time, runs the answers in a sandbox, and",
            "writes those that are right as a folder of training data for the later stages:",
            "one answer a task, where prepared data hold any of many."
        },
        footer = {
            "",
            "Example:",
            "  seed distill --model runs/nano/edit/checkpoint --data runs/data --out runs/own"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class DistillCommand implements Callable<Integer>, RecipeCommand {

    /** Other tasks than those of the other commands. */
    private static final long TASKS = 14;

    @Option(
            names = "--model",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Checkpoint.")
    private Path model = Path.of("");

    @Option(
            names = "--data",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder that prepare wrote: its corpus goes into the new folder too.")
    private Path data = Path.of("");

    @Option(names = "--tasks", defaultValue = "20000", paramLabel = "N", description = "How many.")
    private int count;

    @Option(
            names = "--parallel",
            defaultValue = "2",
            paramLabel = "N",
            description = "Threads that answer and judge.")
    private int parallel;

    @Option(
            names = "--out",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder for the data; made if missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        finish();
        return 0;
    }

    @Override
    public boolean isFinished() {
        return Files.exists(out.resolve(PrepareCommand.TASKS_FILE));
    }

    @Override
    public void finish() throws IOException, InterruptedException {
        Sandbox sandbox = Sandbox.open();
        Files.createDirectories(out);
        Files.copy(
                data.resolve(PrepareCommand.TRAIN_FILE),
                out.resolve(PrepareCommand.TRAIN_FILE),
                StandardCopyOption.REPLACE_EXISTING);
        List<Example> examples = examples();
        List<Task> tasks = new ArrayList<>();
        for (Example example : examples) {
            tasks.add(NanoSuite.task("task/" + tasks.size(), example));
        }
        try (LoadedModel loaded = LoadedModel.open(model)) {
            int context = loaded.contextTokens();
            ModelAnswers answers =
                    new ModelAnswers(
                            loaded,
                            (room, _) ->
                                    SamplingSettings.of(room, loaded.denoising()).autoregressive(),
                            context);
            List<TaskResult> results =
                    new SuiteRunner(answers, sandbox, 1, parallel).run(tasks, null);
            write(loaded, examples, results);
        }
    }

    private List<Example> examples() throws IOException {
        try (Interpreter interpreter = Interpreter.start()) {
            TaskMixture mixture =
                    new TaskMixture(
                            new TaskGrammar(TASKS, Split.TRAIN, interpreter), TaskMixture.CODE);
            return mixture.tasks(0, count).stream()
                    .filter(example -> !example.arguments().isEmpty())
                    .toList();
        }
    }

    private void write(LoadedModel loaded, List<Example> examples, List<TaskResult> results)
            throws IOException {
        try (TokenFileBuilder file =
                new TokenFileBuilder(
                        out.resolve(PrepareCommand.TASKS_FILE),
                        new DocumentEncoder(loaded.tokenizer())::encode,
                        loaded.tokenizer().vocabularySize(),
                        loaded.tokenizer().digest(),
                        loaded.contextTokens())) {
            for (int i = 0; i < results.size(); i++) {
                TaskResult.Sample sample = results.get(i).samples().getFirst();
                if (sample.passes()) {
                    Example example = examples.get(i);
                    file.add(
                            new Document(
                                    example.suffix(), example.prompt(), sample.answer().text()));
                }
            }
            if (file.documents() == 0) {
                throw new IllegalArgumentException(
                        "None of %,d answers is right, so there are none to learn from: name a"
                                        .formatted(results.size())
                                + " --model that has been trained for longer.");
            }
            file.finish();
            System.out.printf(
                    "%s: %,d right answers of %,d, %,d tokens%n",
                    out.resolve(PrepareCommand.TASKS_FILE),
                    file.documents(),
                    results.size(),
                    file.tokens());
        }
    }
}
