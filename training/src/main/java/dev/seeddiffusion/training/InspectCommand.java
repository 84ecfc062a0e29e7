package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.FamilyDecoding;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.ModelFamily;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.model.WeightSlot;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a checkpoint is before anybody waits for it to be loaded. */
@Command(
        name = "inspect",
        description = {
            "Reads a checkpoint's configuration, tokenizer and the headers of its weights, tells what",
            "it is, and refuses it for the reason for which it could not be served. Whether the",
            "weights are numbers shows only when they are loaded."
        },
        footer = {"", "Example:", "  seed inspect models/nano"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class InspectCommand implements Callable<Integer> {

    private static final double MIB = 1 << 20;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The checkpoint's folder.")
    private Path folder;

    @Override
    public Integer call() {
        try (CheckpointReader checkpoint = CheckpointReader.open(folder);
                CodeTokenizer tokenizer = CodeTokenizer.open(folder, checkpoint.config())) {
            TorchScriptTransformer.requireLoadable(checkpoint);
            PrintWriter out = spec.commandLine().getOut();
            describe(checkpoint.config(), tokenizer, out);
            memory(checkpoint, out);
            out.flush();
        }
        return 0;
    }

    private static void describe(ModelConfig config, CodeTokenizer tokenizer, PrintWriter out) {
        ModelFamily family = config.family();
        FamilyDecoding decoding = family.decoding();
        line(out, "family", "%s (%s)", family.name(), family.architecture());
        line(
                out,
                "sizes",
                "%,d parameters, %d layers, hidden width %d, %d query and %d key-value heads of %d",
                config.parameters(),
                config.layers(),
                config.hiddenWidth(),
                config.queryHeads(),
                config.keyValueHeads(),
                config.headWidth());
        line(
                out,
                "attention",
                switch (family.attention()) {
                    case CAUSAL_CONTEXT -> "causal context; prefixes are cached token by token";
                    case BLOCK_CAUSAL -> "block-causal; prefixes are cached in whole blocks";
                    case BIDIRECTIONAL -> "bidirectional; no shared cache";
                });
        line(out, "context", "%,d tokens", config.contextTokens());
        line(
                out,
                "tokens",
                "%,d in the tokenizer, %,d rows; mask %d, text ends with %s",
                tokenizer.vocabularySize(),
                config.vocabulary(),
                config.mask(),
                config.ends().stream().sorted().toList());
        line(
                out,
                "decoding",
                "%s, blocks of %d, %s %s",
                lowerCase(config.sampling().decoding()),
                config.sampling().blockTokens(),
                lowerCase(decoding.rule()),
                config.sampling().threshold());
        line(
                out,
                "supported",
                switch (family.attention()) {
                    case CAUSAL_CONTEXT -> "diffusion, autoregressive, lossless, edits";
                    case BLOCK_CAUSAL, BIDIRECTIONAL -> "diffusion";
                });
    }

    private static void memory(CheckpointReader checkpoint, PrintWriter out) {
        ModelConfig config = checkpoint.config();
        long tables = 2L * config.contextTokens() * config.headWidth() * DType.F32.bytes();
        line(out, "files", "%,.0f MiB", checkpoint.bytes() / MIB);
        for (Precision type : List.of(Precision.INT8, Precision.BF16, Precision.F32)) {
            long weights =
                    WeightLayout.of(config).stream().mapToLong(slot -> bytes(slot, type)).sum();
            long token =
                    2L
                            * config.layers()
                            * config.keyValueHeads()
                            * config.headWidth()
                            * type.compute().bytes();
            line(
                    out,
                    "memory in " + lowerCase(type),
                    "%,.0f MiB, and %,.2f MiB for each 1,000 tokens of a request",
                    (weights + tables) / MIB,
                    1000 * token / MIB);
        }
    }

    private static long bytes(WeightSlot slot, Precision type) {
        return slot.elements() * (slot.isMatrix() ? type.matrixBytes() : DType.F32.bytes());
    }

    private static void line(PrintWriter out, String name, String format, Object... values) {
        out.printf(Locale.ROOT, "%-15s %s%n", name, String.format(Locale.ROOT, format, values));
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
