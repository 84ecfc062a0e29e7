package dev.seeddiffusion.training;

import com.google.gson.GsonBuilder;
import dev.seeddiffusion.training.evaluation.Answers;
import dev.seeddiffusion.training.evaluation.ResultsFile;
import dev.seeddiffusion.training.evaluation.SuiteFigures;
import dev.seeddiffusion.training.evaluation.SuiteRunner;
import dev.seeddiffusion.training.evaluation.SuiteTable;
import dev.seeddiffusion.training.evaluation.TaskResult;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges a model on tasks that it was not trained on, by running what it wrote. */
@Command(
        name = "eval",
        description = {
            "Has a suite's tasks answered, runs each answer in a sandbox and counts those that",
            "are right, with the tokens that a forward of the model placed."
        },
        footer = {
            "",
            "Examples:",
            "  seed eval --suite nano --model models/nano --json nano.json",
            "  seed eval --suite humaneval --benchmarks DIR --canonical",
            "  seed eval --suite mbpp --benchmarks DIR --endpoint http://localhost:8080/v1"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class EvalCommand implements Callable<Integer> {

    @Mixin private SuiteOptions suiteOptions = new SuiteOptions();

    @Mixin private AnswerOptions answerOptions = new AnswerOptions();

    @Option(
            names = "--samples",
            defaultValue = "1",
            paramLabel = "N",
            description = "Answers a task, for pass@k up to N; more than 1 need a temperature.")
    private int samples;

    @Option(
            names = "--parallel",
            defaultValue = "2",
            paramLabel = "N",
            description = "Threads that answer and judge.")
    private int parallel;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Keeps each task's result (.jsonl); a rerun goes on where it ended.")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long start = System.nanoTime();
        Sandbox sandbox = Sandbox.open();
        try (LoadedModel loaded = answerOptions.load();
                FunctionTasks functions = new FunctionTasks()) {
            List<Task> tasks = suiteOptions.tasks(functions, loaded);
            Map<String, Object> figures = new LinkedHashMap<>(suiteOptions.settings());
            figures.putAll(answerOptions.settings(loaded));
            figures.put("samples", samples);
            Answers answers = answerOptions.answers(loaded);
            SuiteRunner runner = new SuiteRunner(answers, sandbox, samples, parallel);
            List<TaskResult> results = run(runner, tasks, figures);
            figures.putAll(SuiteFigures.of(results));
            if (suiteOptions.suite() == SuiteOptions.Suite.FUNCTIONS) {
                figures.putAll(FunctionTasks.figures(tasks, results));
                if (loaded != null) {
                    double mean = FunctionTasks.logLikelihood(tasks, loaded);
                    figures.put("log_likelihood_per_token", mean);
                }
            }
            figures.put("seconds", Math.round((System.nanoTime() - start) / 1e9));
            System.out.print(SuiteTable.of(figures));
            if (json != null) {
                Files.writeString(
                        json, new GsonBuilder().setPrettyPrinting().create().toJson(figures));
            }
        }
        return 0;
    }

    private List<TaskResult> run(SuiteRunner runner, List<Task> tasks, Map<String, Object> settings)
            throws IOException, InterruptedException {
        if (out == null) {
            return runner.run(tasks, null);
        }
        try (ResultsFile file = ResultsFile.open(out, settings)) {
            return runner.run(tasks, file);
        }
    }
}
