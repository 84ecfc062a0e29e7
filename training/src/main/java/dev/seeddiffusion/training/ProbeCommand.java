package dev.seeddiffusion.training;

import com.google.gson.GsonBuilder;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.evaluation.Calibration;
import dev.seeddiffusion.training.evaluation.DenoisingProbe;
import dev.seeddiffusion.training.evaluation.DenoisingProbe.Findings;
import dev.seeddiffusion.training.evaluation.DenoisingProbe.Text;
import dev.seeddiffusion.training.evaluation.RepairRates;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.NanoSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a model about blocks whose clean text is known. */
@Command(
        name = "probe",
        description = {
            "Shows the model blocks of the nano suite's completions, the right text before each, and",
            "asks about single forwards, without sampling: is it as sure of masked tokens as it is",
            "right, and which wrong tokens, a tenth, would it replace?"
        },
        footer = {"", "Example:", "  seed probe --model models/nano --json probe.json"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class ProbeCommand implements Callable<Integer> {
    private static final double DIGITS = 1e4;

    @Option(
            names = "--model",
            defaultValue = "models/nano",
            paramLabel = "DIR",
            description = "Checkpoint.")
    private Path model = Path.of("");

    @Option(names = "--tasks", defaultValue = "200", paramLabel = "N", description = "How many.")
    private int count;

    @Option(
            names = "--block",
            defaultValue = "32",
            paramLabel = "N",
            description = "Tokens denoised together.")
    private int blockTokens;

    @Option(
            names = "--revise",
            defaultValue = "0.9",
            paramLabel = "P",
            description = "Confidence from which another token replaces a placed one.")
    private double revise;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        try (LoadedModel loaded = LoadedModel.open(model)) {
            List<Text> texts =
                    tasks().stream()
                            .map(task -> text(task, loaded))
                            .filter(text -> text.tokens().length <= loaded.contextTokens())
                            .toList();
            DenoisingProbe probe =
                    new DenoisingProbe(
                            loaded.model(), blockTokens, revise, ordinary(loaded.tokenizer()));
            Findings findings = probe.over(texts);
            print(findings);
            if (json != null) {
                Map<String, Object> figures = settings(texts);
                figures.putAll(figures(findings));
                Files.writeString(
                        json, new GsonBuilder().setPrettyPrinting().create().toJson(figures));
            }
        }
        return 0;
    }

    private List<Task> tasks() throws IOException {
        try (Interpreter interpreter = Interpreter.start()) {
            return NanoSuite.tasks(interpreter, List.of(TaskKind.COMPLETION), 0, count);
        }
    }

    /** As in sampling, what token healing writes belongs to the prompt: blocks begin after it. */
    private static Text text(Task task, LoadedModel loaded) {
        CodeTokenizer tokenizer = loaded.tokenizer();
        IntStream end = IntStream.of(tokenizer.documentEnd());
        IntStream code = IntStream.of(tokenizer.encode(task.prompt() + task.answer()));
        int[] tokens =
                IntStream.concat(IntStream.of(tokenizer.documentEnd()), IntStream.concat(code, end))
                        .toArray();
        Prompt prompt = loaded.sampler().prompt(task.prompt());
        int given = prompt.tokens().length;
        for (int healed = 0; healed < prompt.tail().length; given++) {
            healed += tokenizer.bytes(tokens[given]).length;
        }
        return new Text(tokens, given);
    }

    private static int[] ordinary(CodeTokenizer tokenizer) {
        return IntStream.range(0, tokenizer.vocabularySize())
                .filter(id -> tokenizer.bytes(id).length > 0)
                .toArray();
    }

    private Map<String, Object> settings(List<Text> texts) throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model.toString());
        settings.put(
                "model_written",
                Files.getLastModifiedTime(model.resolve("model.safetensors")).toString());
        settings.put("suite", "nano");
        settings.put("split", "test");
        settings.put("kind", "completion");
        settings.put("tasks", texts.size());
        settings.put("block_tokens", blockTokens);
        settings.put("revise_threshold", revise);
        return settings;
    }

    private static Map<String, Object> figures(Findings findings) {
        Calibration masked = findings.masked();
        Map<String, Object> calibration = new LinkedHashMap<>();
        calibration.put("tokens", masked.count());
        calibration.put("accuracy", rounded(masked.accuracy()));
        calibration.put("mean_confidence", rounded(masked.meanConfidence()));
        calibration.put("overconfidence", rounded(masked.meanConfidence() - masked.accuracy()));
        calibration.put("ece", rounded(masked.expectedError()));
        calibration.put("points", masked.points());
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("blocks", findings.blocks());
        figures.put("calibration", calibration);
        figures.put("repair", figures(findings.unmasked()));
        figures.put("repair_half_masked", figures(findings.halfMasked()));
        return figures;
    }

    private static Map<String, Object> figures(RepairRates rates) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("wrong_tokens", rates.wrong());
        figures.put("repaired", rounded(rates.repaired()));
        figures.put("changed", rounded(rates.changed()));
        figures.put("right_tokens", rates.right());
        figures.put("spoilt", rounded(rates.spoilt()));
        return figures;
    }

    /** A share of nothing becomes 0. */
    private static double rounded(double value) {
        return Math.round(value * DIGITS) / DIGITS;
    }

    private static void print(Findings findings) {
        Calibration masked = findings.masked();
        System.out.printf("%d blocks%n%nMasked tokens, noise of all levels%n", findings.blocks());
        System.out.printf(
                "%8s %9s %11s %15s %6s%n",
                "tokens", "accuracy", "confidence", "overconfidence", "ECE");
        System.out.printf(
                "%8d %8.1f%% %10.1f%% %+14.1f%% %6.3f%n%n",
                masked.count(),
                100 * masked.accuracy(),
                100 * masked.meanConfidence(),
                100 * (masked.meanConfidence() - masked.accuracy()),
                masked.expectedError());
        System.out.printf("%11s %9s %8s%n", "confidence", "accuracy", "tokens");
        for (Calibration.Point point : masked.points()) {
            System.out.printf(
                    "%10.1f%% %8.1f%% %8d%n",
                    100 * point.confidence(), 100 * point.accuracy(), point.count());
        }
        System.out.printf(
                "%nPlaced tokens, a tenth of them wrong%n%-12s %8s %9s %9s %8s %8s%n",
                "", "wrong", "repaired", "changed", "right", "spoilt");
        print("none masked", findings.unmasked());
        print("half masked", findings.halfMasked());
    }

    private static void print(String name, RepairRates rates) {
        System.out.printf(
                "%-12s %8d %8.1f%% %8.1f%% %8d %7.2f%%%n",
                name,
                rates.wrong(),
                100 * rates.repaired(),
                100 * rates.changed(),
                rates.right(),
                100 * rates.spoilt());
    }
}
