package dev.seeddiffusion.training;

import com.google.gson.GsonBuilder;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.model.ForwardTimes;
import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import dev.seeddiffusion.training.evaluation.OperatingPoint;
import dev.seeddiffusion.training.evaluation.SuiteRunner;
import dev.seeddiffusion.training.evaluation.TaskResult;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.NanoSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how quality falls as a model writes faster. */
@Command(
        name = "frontier",
        description = {
            "Has the nano suite's tasks answered at each block length and threshold, losslessly in",
            "each block length, and one token at a time. S = tokens per forward / r(B), r(B) = time",
            "of a forward over B tokens / over one, is the speed-up over one token at a time;",
            "lossless has r(2 B), for it reads guess and canvas. One answer is written at a time:",
            "on a quiet machine the tokens per second can be compared as well."
        },
        footer = {
            "",
            "Example:",
            "  seed frontier --model models/nano --tasks 200 --plot frontier.svg"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class FrontierCommand implements Callable<Integer> {
    private static final int FORWARD_ROUNDS = 200;
    private static final int MAX_TOKENS = 512;

    @Option(
            names = "--model",
            defaultValue = "models/nano",
            paramLabel = "DIR",
            description = "Checkpoint.")
    private Path model = Path.of("");

    @Option(
            names = "--baseline",
            paramLabel = "DIR",
            description = "Another checkpoint, to write one token at a time.")
    private @Nullable Path baseline;

    @Option(
            names = "--blocks",
            defaultValue = "16,32,64",
            split = ",",
            paramLabel = "N",
            description = "Tokens denoised together.")
    private List<Integer> blocks = List.of();

    @Option(
            names = "--thresholds",
            defaultValue = "0.95,0.9,0.8,0.7,0.5,0.3",
            split = ",",
            paramLabel = "P",
            description = "Confidences from which a token is placed.")
    private List<Double> thresholds = List.of();

    @Option(
            names = "--revise",
            paramLabel = "P",
            description = {
                "Confidence from which another token replaces a placed one, 0 for never; the",
                "checkpoint's default, if not given."
            })
    private @Nullable Double revise;

    @Option(
            names = "--tasks",
            defaultValue = "200",
            paramLabel = "N",
            description = "How many of each kind.")
    private int count;

    @Option(
            names = "--kinds",
            defaultValue = "COMPLETION,EDIT",
            split = ",",
            paramLabel = "KIND",
            description = "Of ${COMPLETION-CANDIDATES}.")
    private Set<TaskKind> kinds = new LinkedHashSet<>();

    @Option(
            names = "--from-tokens",
            defaultValue = "60",
            paramLabel = "N",
            description = {
                "Tells apart, as long outputs, the tasks whose right answer has so many tokens:",
                "they are the same tasks in each row."
            })
    private int fromTokens;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there too.")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws them there (.svg).")
    private @Nullable Path plot;

    /**
     * A way to write.
     *
     * @param curve the ways of one curve have the same
     * @param forwardRatio time of its forwards ÷ time of a forward over one token
     */
    private record Way(
            String curve,
            LoadedModel loaded,
            DecodingMode mode,
            Map<String, Object> settings,
            double forwardRatio) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Sandbox sandbox = Sandbox.open();
        try (LoadedModel loaded = LoadedModel.open(model);
                LoadedModel other = baseline == null ? null : LoadedModel.open(baseline)) {
            Map<Integer, Double> forwards = forwardTimes(loaded);
            List<Way> ways = ways(loaded, forwards);
            if (other != null) {
                ways.add(oneByOne("one by one, baseline", other, baseline));
            }
            List<Task> tasks = tasks();
            Set<String> longTasks = longTasks(tasks, loaded);
            List<FrontierRow> rows = new ArrayList<>();
            System.out.println(FrontierRow.heading());
            for (Way way : ways) {
                FrontierRow row = row(way, results(way, tasks, sandbox), longTasks);
                System.out.println(row.line());
                rows.add(row);
            }
            report(settings(loaded, forwards), rows);
        }
        return 0;
    }

    private Map<Integer, Double> forwardTimes(LoadedModel loaded) {
        int[] lengths =
                IntStream.concat(
                                IntStream.of(1),
                                Arrays.stream(DecodingMode.values())
                                        .flatMapToInt(
                                                mode ->
                                                        blocks.stream()
                                                                .mapToInt(mode::forwardTokens)))
                        .distinct()
                        .toArray();
        return ForwardTimes.medians(loaded.model(), lengths, FORWARD_ROUNDS);
    }

    private List<Way> ways(LoadedModel loaded, Map<Integer, Double> forwards) {
        List<Way> ways = new ArrayList<>();
        for (int block : blocks) {
            for (double threshold : thresholds) {
                Denoising denoising =
                        denoising(loaded)
                                .inBlocksOf(block)
                                .placedBy(UnmaskingPolicy.confidenceThreshold(threshold));
                Map<String, Object> settings = new LinkedHashMap<>();
                settings.put("block_tokens", block);
                settings.put("threshold", threshold);
                ways.add(
                        new Way(
                                "blocks of " + block,
                                loaded.denoisedBy(denoising),
                                DecodingMode.DIFFUSION,
                                settings,
                                ratio(DecodingMode.DIFFUSION, block, forwards)));
            }
        }
        for (int block : blocks) {
            ways.add(
                    new Way(
                            "lossless",
                            loaded.denoisedBy(denoising(loaded).inBlocksOf(block)),
                            DecodingMode.LOSSLESS,
                            Map.of("block_tokens", block),
                            ratio(DecodingMode.LOSSLESS, block, forwards)));
        }
        ways.add(oneByOne("one by one", loaded, model));
        return ways;
    }

    private static double ratio(DecodingMode mode, int block, Map<Integer, Double> forwards) {
        return forwards.get(mode.forwardTokens(block)) / forwards.get(1);
    }

    private Denoising denoising(LoadedModel loaded) {
        Denoising usual = loaded.denoising();
        return revise == null ? usual : usual.revisedFrom(revise == 0 ? null : revise);
    }

    private static Way oneByOne(String name, LoadedModel loaded, Path folder) {
        return new Way(
                name, loaded, DecodingMode.AUTOREGRESSIVE, Map.of("model", folder.toString()), 1);
    }

    private List<Task> tasks() throws IOException {
        try (Interpreter interpreter = Interpreter.start()) {
            return NanoSuite.tasks(interpreter, kinds, 0, count);
        }
    }

    private Set<String> longTasks(List<Task> tasks, LoadedModel loaded) {
        return tasks.stream()
                .filter(task -> loaded.tokenizer().encode(task.answer()).length >= fromTokens)
                .map(Task::id)
                .collect(Collectors.toSet());
    }

    /** On one thread: others would spoil the tokens per second. */
    private static List<TaskResult> results(Way way, List<Task> tasks, Sandbox sandbox)
            throws IOException, InterruptedException {
        ModelAnswers answers =
                new ModelAnswers(
                        way.loaded,
                        (room, _) -> SamplingSettings.of(room, way.loaded.denoising()).in(way.mode),
                        MAX_TOKENS);
        return new SuiteRunner(answers, sandbox, 1, 1).run(tasks, null);
    }

    private static FrontierRow row(Way way, List<TaskResult> results, Set<String> longTasks) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("mode", way.mode.name().toLowerCase());
        settings.putAll(way.settings);
        List<TaskResult> longOnes =
                results.stream().filter(result -> longTasks.contains(result.id())).toList();
        return new FrontierRow(
                way.curve,
                settings,
                OperatingPoint.of(results, way.forwardRatio),
                OperatingPoint.of(longOnes, way.forwardRatio));
    }

    private Map<String, Object> settings(LoadedModel loaded, Map<Integer, Double> forwards)
            throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model.toString());
        settings.put(
                "model_written",
                Files.getLastModifiedTime(model.resolve("model.safetensors")).toString());
        Double threshold = denoising(loaded).reviseThreshold();
        if (threshold != null) {
            settings.put("revise_threshold", threshold);
        }
        settings.put("suite", "nano");
        settings.put("split", "test");
        settings.put("kinds", kinds.stream().map(kind -> kind.name().toLowerCase()).toList());
        settings.put("tasks_of_a_kind", count);
        settings.put("from_tokens", fromTokens);
        settings.put("max_tokens", MAX_TOKENS);
        Map<Integer, Double> millis = new LinkedHashMap<>();
        Map<Integer, Double> ratios = new LinkedHashMap<>();
        forwards.forEach(
                (tokens, time) -> {
                    millis.put(tokens, rounded(time));
                    ratios.put(tokens, rounded(time / forwards.get(1)));
                });
        settings.put("forward_ms", millis);
        settings.put("r", ratios);
        return settings;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private void report(Map<String, Object> settings, List<FrontierRow> rows) throws IOException {
        System.out.printf("%nr(B): %s%n", settings.get("r"));
        if (json != null) {
            Map<String, Object> figures = new LinkedHashMap<>(settings);
            figures.put("rows", rows.stream().map(FrontierRow::figures).toList());
            Files.writeString(json, new GsonBuilder().setPrettyPrinting().create().toJson(figures));
        }
        if (plot != null) {
            FrontierRow.plot(rows).write(plot);
        }
    }
}
