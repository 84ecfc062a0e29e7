package dev.seeddiffusion.training;

import com.google.gson.GsonBuilder;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.training.evaluation.QuietMachine;
import dev.seeddiffusion.training.evaluation.ResidentMemory;
import dev.seeddiffusion.training.evaluation.Streams;
import dev.seeddiffusion.training.report.Progress;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.NanoSuite;
import dev.seeddiffusion.training.trajectory.TaskPrompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model's modes against each other, and its forward against its matrix products. */
@Command(
        name = "bench",
        description = {
            "Writes the answers to tasks of the nano suite, completions and edits, in each of the",
            "model's modes and so many at a time, taking turns; times forwards, and the matrix",
            "products in them alone. One process, medians of the repeats. r(B) = time of a forward",
            "over B tokens / over one; roofline_share = matrix products / forward, of 32 tokens."
        },
        footer = {"", "Example:", "  seed bench --model models/nano --json bench.json"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class BenchCommand implements Callable<Integer> {

    @Mixin private ModelOptions modelOptions = new ModelOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Times nothing but forwards, of a model with random weights whose sizes this",
                "config.json tells."
            })
    private @Nullable Path config;

    @Option(names = "--tasks", defaultValue = "24", paramLabel = "N", description = "How many.")
    private int count;

    @Option(
            names = "--streams",
            defaultValue = "1,4,16",
            split = ",",
            paramLabel = "N",
            description = "Answers written at a time, sharing forwards.")
    private List<Integer> streams = List.of();

    @Option(names = "--repeats", defaultValue = "3", paramLabel = "N", description = "Of it all.")
    private int repeats;

    @Option(
            names = "--quality",
            description = "Run the answers too, in the sandbox, and tell how many are right.")
    private boolean quality;

    @Option(names = "--busy", description = "Measure even if others use the processors.")
    private boolean busy;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there too.")
    private @Nullable Path json;

    private record Way(DecodingMode mode, int atOnce) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!busy) {
            QuietMachine.require();
        }
        if (config != null) {
            Map<String, Object> figures = ForwardFigures.ofRandom(ModelConfig.read(config));
            print(figures);
            write(figures);
            return 0;
        }
        try (LoadedModel loaded = modelOptions.load()) {
            List<Task> tasks = tasks(loaded);
            Map<Way, List<Streams.Figures>> measured = measure(loaded, tasks);
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("model", modelOptions.folder().toString());
            figures.putAll(modelOptions.figures(loaded));
            figures.put("tasks", tasks.size());
            figures.putAll(speeds(measured));
            figures.putAll(ForwardFigures.of(loaded.model(), this::single));
            figures.put("resident_mb", ResidentMemory.megabytes());
            if (quality) {
                figures.put("quality", Map.of("pass_at_1", quality(measured, tasks)));
            }
            print(measured, figures);
            write(figures);
        }
        return 0;
    }

    private Transformer single() {
        try (CheckpointReader checkpoint = CheckpointReader.open(modelOptions.folder())) {
            return TorchScriptTransformer.load(checkpoint, Precision.F32);
        }
    }

    private void write(Map<String, Object> figures) throws IOException {
        if (json != null) {
            Files.writeString(json, new GsonBuilder().setPrettyPrinting().create().toJson(figures));
        }
    }

    /** As many as asked for, less those that leave no room for an answer. */
    private List<Task> tasks(LoadedModel loaded) throws IOException {
        try (Interpreter interpreter = Interpreter.start()) {
            return NanoSuite.tasks(
                            interpreter,
                            List.of(TaskKind.COMPLETION, TaskKind.EDIT),
                            0,
                            Math.ceilDiv(count, 2))
                    .stream()
                    .filter(task -> room(loaded, prompt(loaded, task)) > 0)
                    .toList();
        }
    }

    private static Prompt prompt(LoadedModel loaded, Task task) {
        return TaskPrompt.of(task.kind(), task.prompt(), task.suffix(), loaded.sampler());
    }

    private static int room(LoadedModel loaded, Prompt prompt) {
        return loaded.contextTokens() - prompt.mostTokens();
    }

    private Map<Way, List<Streams.Figures>> measure(LoadedModel loaded, List<Task> tasks) {
        Map<Way, List<Streams.Figures>> measured = new LinkedHashMap<>();
        for (DecodingMode mode : DecodingMode.values()) {
            streams.forEach(n -> measured.put(new Way(mode, n), new ArrayList<>()));
        }
        try (Progress progress =
                new Progress("bench", "runs", (long) (repeats + 1) * measured.size(), 0)) {
            long done = 0;
            for (int repeat = -1; repeat < repeats; repeat++) { // the first warms up
                for (Map.Entry<Way, List<Streams.Figures>> way : measured.entrySet()) {
                    Streams.Figures figures =
                            Streams.write(
                                    loaded.model(),
                                    generations(loaded, tasks, way.getKey().mode),
                                    way.getKey().atOnce);
                    if (repeat >= 0) {
                        way.getValue().add(figures);
                    }
                    progress.to(++done);
                }
            }
        }
        return measured;
    }

    private static List<Supplier<Generation>> generations(
            LoadedModel loaded, List<Task> tasks, DecodingMode mode) {
        Sampler sampler = loaded.sampler();
        List<Supplier<Generation>> generations = new ArrayList<>();
        for (Task task : tasks) {
            Prompt prompt = prompt(loaded, task);
            SamplingSettings settings =
                    SamplingSettings.of(room(loaded, prompt), loaded.denoising()).in(mode);
            generations.add(
                    () -> sampler.start(prompt, settings, sampler.cacheFor(prompt, settings)));
        }
        return generations;
    }

    private Map<String, Object> speeds(Map<Way, List<Streams.Figures>> measured) {
        int alone = streams.getFirst();
        Map<String, Object> perSecond = new LinkedHashMap<>();
        Map<String, Object> perForward = new LinkedHashMap<>();
        Map<String, Object> overhead = new LinkedHashMap<>();
        Map<String, Object> concurrent = new LinkedHashMap<>();
        measured.forEach(
                (way, runs) -> {
                    String mode = name(way.mode);
                    double speed = median(runs, Streams.Figures::tokensPerSecond);
                    if (way.atOnce == alone) {
                        perSecond.put(mode, speed);
                        perForward.put(mode, median(runs, Streams.Figures::tokensPerForward));
                        overhead.put(mode, median(runs, Streams.Figures::overheadShare));
                    }
                    Map<String, Object> of = new LinkedHashMap<>();
                    of.put("tokens_per_second", speed);
                    of.put("first_token_ms", median(runs, Streams.Figures::firstTokenMillis));
                    of.put("gap_ms_p50", median(runs, Streams.Figures::medianGapMillis));
                    of.put("gap_ms_p99", median(runs, Streams.Figures::longestGapMillis));
                    concurrent.put(mode + " x " + way.atOnce, of);
                });
        double oneByOne = (double) perSecond.get(name(DecodingMode.AUTOREGRESSIVE));
        Map<String, Object> speedUps = new LinkedHashMap<>();
        perSecond.forEach((mode, speed) -> speedUps.put(mode, rounded((double) speed / oneByOne)));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tokens_per_second", perSecond);
        figures.put("speedup_vs_autoregressive", speedUps);
        figures.put("tokens_per_forward", perForward);
        figures.put("overhead_share", overhead);
        figures.put("streams", concurrent);
        return figures;
    }

    private Map<String, Object> quality(Map<Way, List<Streams.Figures>> measured, List<Task> tasks)
            throws IOException, InterruptedException {
        Sandbox sandbox = Sandbox.open();
        Map<String, Object> shares = new LinkedHashMap<>();
        for (Map.Entry<Way, List<Streams.Figures>> way : measured.entrySet()) {
            if (way.getKey().atOnce == streams.getFirst()) {
                List<String> texts = way.getValue().getFirst().texts();
                double right = 0;
                for (int i = 0; i < texts.size(); i++) {
                    right += tasks.get(i).judge(texts.get(i), sandbox) == 1 ? 1 : 0;
                }
                shares.put(name(way.getKey().mode), rounded(right / texts.size()));
            }
        }
        return shares;
    }

    private static void print(
            Map<Way, List<Streams.Figures>> measured, Map<String, Object> figures) {
        String line = "%-16s %8s %18s %8s %10s %9s %9s%n";
        System.out.printf(line, "", "at once", "tokens/s", "TPF", "first ms", "gap p50", "gap p99");
        measured.forEach(
                (way, runs) ->
                        System.out.printf(
                                line,
                                name(way.mode),
                                way.atOnce,
                                spread(runs),
                                median(runs, Streams.Figures::tokensPerForward),
                                median(runs, Streams.Figures::firstTokenMillis),
                                median(runs, Streams.Figures::medianGapMillis),
                                median(runs, Streams.Figures::longestGapMillis)));
        print(figures);
    }

    private static void print(Map<String, Object> figures) {
        figures.forEach(
                (name, value) -> {
                    if (!name.equals("streams")) {
                        System.out.printf("%-28s %s%n", name, value);
                    }
                });
    }

    /** Median, and from which to which. */
    private static String spread(List<Streams.Figures> runs) {
        List<Double> sorted =
                runs.stream()
                        .map(Streams.Figures::tokensPerSecond)
                        .sorted(Comparator.naturalOrder())
                        .toList();
        return "%.0f (%.0f–%.0f)"
                .formatted(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
    }

    private static double median(
            List<Streams.Figures> runs, ToDoubleFunction<Streams.Figures> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return rounded(sorted[sorted.length / 2]);
    }

    private static String name(DecodingMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
