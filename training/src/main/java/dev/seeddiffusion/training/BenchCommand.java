package dev.seeddiffusion.training;

import com.google.gson.GsonBuilder;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.training.corpus.FunctionPrompt;
import dev.seeddiffusion.training.evaluation.ForwardTimes;
import dev.seeddiffusion.training.evaluation.HeldOutTasks;
import dev.seeddiffusion.training.evaluation.Output;
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

/** Compares block sampling with the model's own autoregressive mode. */
@Command(
        name = "bench",
        description = {
            "Writes the same prompts in blocks and one token at a time, taking turns, and times the",
            "forwards behind both. S = tokens per forward / r(B), r(B) = time of a forward over B",
            "tokens / over one. Measure on a quiet machine: only the ratios are worth quoting."
        },
        footer = {"", "Example:", "  seed bench --model models/nano --data runs/data"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class BenchCommand implements Callable<Integer> {

    private static final int[] FORWARD_TOKENS = {1, 4, 8, 16, 32, 64};
    private static final int FORWARD_ROUNDS = 200;
    private static final int FORWARD_PREFIX = 128;
    private static final double NANOS = 1e9;

    @Mixin private ModelOptions modelOptions = new ModelOptions();

    @Option(
            names = "--data",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder that prepare wrote: prompts are its held-out functions.")
    private Path data = Path.of("");

    @Option(names = "--prompts", defaultValue = "40", description = "How many.")
    private int count;

    @Option(names = "--repeats", defaultValue = "3", description = "Times each is written.")
    private int repeats;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        try (LoadedModel loaded = modelOptions.load()) {
            List<FunctionPrompt> tasks =
                    HeldOutTasks.read(
                            data.resolve(PrepareCommand.HELD_OUT_FILE),
                            0,
                            count,
                            text -> loaded.tokenizer().encode(text).length,
                            loaded.contextTokens());
            Map<String, Object> figures = measure(loaded, tasks);
            figures.forEach((name, value) -> System.out.printf("%-28s %s%n", name, value));
            if (json != null) {
                Files.writeString(
                        json, new GsonBuilder().setPrettyPrinting().create().toJson(figures));
            }
        }
        return 0;
    }

    private Map<String, Object> measure(LoadedModel loaded, List<FunctionPrompt> tasks) {
        Totals blocks = new Totals();
        Totals autoregressive = new Totals();
        try (Progress progress =
                new Progress("bench", "outputs", (long) tasks.size() * repeats, 0)) {
            for (int repeat = -1; repeat < repeats; repeat++) { // the first round warms up
                for (int i = 0; i < tasks.size(); i++) {
                    String prompt = tasks.get(i).prompt();
                    SamplingSettings settings =
                            SamplingSettings.of(loaded.room(prompt), loaded.denoising());
                    Output inBlocks = Output.of(loaded.sampler(), prompt, settings);
                    Output oneByOne =
                            Output.of(loaded.sampler(), prompt, settings.autoregressive());
                    if (repeat >= 0) {
                        blocks.add(inBlocks);
                        autoregressive.add(oneByOne);
                        progress.to((long) repeat * tasks.size() + i + 1);
                    }
                }
            }
        }
        Map<Integer, Double> forwards =
                ForwardTimes.medians(
                        loaded.model(),
                        Math.min(FORWARD_PREFIX, loaded.contextTokens() / 2),
                        FORWARD_TOKENS,
                        FORWARD_ROUNDS);
        return figures(loaded, blocks, autoregressive, forwards);
    }

    private Map<String, Object> figures(
            LoadedModel loaded,
            Totals blocks,
            Totals autoregressive,
            Map<Integer, Double> forwards) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("model", modelOptions.folder().toString());
        figures.putAll(modelOptions.figures(loaded));
        figures.put(
                "tokens_per_second",
                Map.of(
                        "diffusion", rounded(blocks.tokensPerSecond()),
                        "autoregressive", rounded(autoregressive.tokensPerSecond())));
        figures.put(
                "speedup_vs_autoregressive",
                rounded(blocks.tokensPerSecond() / autoregressive.tokensPerSecond()));
        figures.put("tokens_per_forward", rounded(blocks.tokensPerForward()));
        figures.put("forward_ms", rounded(forwards));
        Map<Integer, Double> ratios = new LinkedHashMap<>();
        forwards.forEach((tokens, millis) -> ratios.put(tokens, millis / forwards.get(1)));
        figures.put("r", rounded(ratios));
        Double ratio = ratios.get(loaded.denoising().blockTokens());
        if (ratio != null) {
            figures.put("S = TPF / r(B)", rounded(blocks.tokensPerForward() / ratio));
        }
        return figures;
    }

    private static Map<Integer, Double> rounded(Map<Integer, Double> values) {
        Map<Integer, Double> rounded = new LinkedHashMap<>();
        values.forEach((key, value) -> rounded.put(key, rounded(value)));
        return rounded;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static final class Totals {
        private long tokens;
        private long forwards;
        private long nanos;

        void add(Output output) {
            tokens += output.usage().completionTokens();
            forwards += output.usage().forwards();
            nanos += output.nanos();
        }

        double tokensPerSecond() {
            return tokens * NANOS / nanos;
        }

        double tokensPerForward() {
            return (double) tokens / forwards;
        }
    }
}
