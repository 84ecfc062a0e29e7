package dev.seeddiffusion.training;

import com.google.gson.GsonBuilder;
import dev.seeddiffusion.training.corpus.FunctionPrompt;
import dev.seeddiffusion.training.evaluation.HeldOutTasks;
import dev.seeddiffusion.training.evaluation.Output;
import dev.seeddiffusion.training.evaluation.PythonParse;
import dev.seeddiffusion.training.evaluation.PythonParser;
import dev.seeddiffusion.training.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges a checkpoint on functions that it was not trained on. */
@Command(
        name = "eval",
        description = {
            "Completes held-out functions, given signature and docstring, and counts how many",
            "completions are Python with at least one statement in the body."
        },
        footer = {"", "Example:", "  seed eval --model models/nano --data runs/data"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class EvalCommand implements Callable<Integer> {

    private static final double PERCENT = 100.0;

    @Mixin private ModelOptions modelOptions = new ModelOptions();

    @Mixin private SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--data",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder that prepare wrote: its held-out functions are the tasks.")
    private Path data = Path.of("");

    @Option(names = "--tasks", defaultValue = "200", description = "How many.")
    private int count;

    @Option(
            names = "--skip",
            defaultValue = "0",
            paramLabel = "N",
            description = "Leave out the first N, such as those that settings were chosen on.")
    private int skipped;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        try (LoadedModel loaded = modelOptions.load();
                PythonParser parser = new PythonParser()) {
            List<FunctionPrompt> tasks =
                    HeldOutTasks.read(
                            data.resolve(PrepareCommand.HELD_OUT_FILE),
                            skipped,
                            count,
                            text -> loaded.tokenizer().encode(text).length,
                            loaded.contextTokens());
            Map<String, Object> figures = judge(loaded, parser, tasks);
            figures.forEach((name, value) -> System.out.printf("%-22s %s%n", name, value));
            if (json != null) {
                Files.writeString(
                        json, new GsonBuilder().setPrettyPrinting().create().toJson(figures));
            }
        }
        return 0;
    }

    private Map<String, Object> judge(
            LoadedModel loaded, PythonParser parser, List<FunctionPrompt> tasks)
            throws IOException {
        int parsing = 0;
        int withBody = 0;
        long tokens = 0;
        long forwards = 0;
        long nanos = 0;
        try (Progress progress = new Progress("eval", "tasks", tasks.size(), 0)) {
            for (int i = 0; i < tasks.size(); i++) {
                String prompt = tasks.get(i).prompt();
                Output output =
                        Output.of(
                                loaded.sampler(),
                                prompt,
                                sampling.settings(loaded, loaded.room(prompt), i, false));
                PythonParse parse = parser.parse(prompt + output.text());
                parsing += parse.parses() ? 1 : 0;
                withBody += parse.hasBody() ? 1 : 0;
                tokens += output.usage().completionTokens();
                forwards += output.usage().forwards();
                nanos += output.nanos();
                progress.to(i + 1);
            }
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("suite", "held-out functions");
        figures.put("model", modelOptions.folder().toString());
        figures.put("decoding", sampling.decoding().name().toLowerCase());
        figures.putAll(modelOptions.figures(loaded));
        figures.put("temperature", sampling.temperature());
        figures.put("top_p", sampling.topP());
        figures.put("skipped_tasks", skipped);
        figures.put("tasks", tasks.size());
        figures.put("parses_percent", rounded(PERCENT * parsing / tasks.size()));
        figures.put("with_body_percent", rounded(PERCENT * withBody / tasks.size()));
        figures.put("tokens_per_forward", rounded((double) tokens / forwards));
        figures.put("tokens_per_task", rounded((double) tokens / tasks.size()));
        figures.put("tokens_per_second", rounded(tokens * 1e9 / nanos));
        return figures;
    }

    private static double rounded(double value) {
        return Math.round(value * PERCENT) / PERCENT;
    }
}
