package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.corpus.Corpus;
import dev.seeddiffusion.training.corpus.HeldOut;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Learns a vocabulary from an even sample of the corpus and from the grammar. */
@Command(
        name = "tokenizer",
        description = "Learns a byte-level BPE vocabulary and writes it as tokenizer.json.",
        footer = {
            "",
            "Example:",
            "  ./seed tokenizer --corpus functions.jsonl.zst --vocabulary 4096 \\",
            "    --out models/nano"
        },
        sortOptions = false)
final class TokenizerCommand implements Callable<Integer> {
    /** Part of the sample that comes from the grammar. */
    private static final double GRAMMAR_SHARE = 0.3;

    /** Other functions than those that `prepare` writes. */
    private static final long GRAMMAR_SEED = 0;

    @Option(
            names = "--corpus",
            required = true,
            showDefaultValue = Visibility.NEVER,
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files of functions (.jsonl, .jsonl.zst) and folders of *.py files.")
    private List<Path> corpus = List.of();

    @Option(
            names = "--vocabulary",
            defaultValue = "4096",
            paramLabel = "TOKENS",
            description = "Token ids in all, special ones included. Default: ${DEFAULT-VALUE}.")
    private int vocabulary;

    @Option(
            names = "--sample-bytes",
            defaultValue = "20000000",
            paramLabel = "BYTES",
            description = {
                "Text to learn from: an even sample of the corpus and the grammar.",
                "Default: ${DEFAULT-VALUE}."
            })
    private long sampleBytes;

    @Option(
            names = "--out",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder for tokenizer.json; made if missing.")
    private Path out = Path.of("");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        List<String> sample = sample();
        Files.createDirectories(out);
        int tokens =
                new BpeTrainer(vocabulary).train(sample.stream(), out.resolve(CodeTokenizer.FILE));
        System.out.printf(
                "%s: %,d token ids, learned from %,d functions%n",
                out.resolve(CodeTokenizer.FILE), tokens, sample.size());
        return 0;
    }

    /** Reads the corpus twice, first to see how large it is; held-out functions do not count. */
    private List<String> sample() {
        Corpus functions = new Corpus(corpus);
        HeldOut heldOut = new HeldOut(HeldOut.DEFAULT_SHARE);
        long[] bytes = {0};
        functions.forEach(function -> bytes[0] += function.code().length());
        double share = Math.min(1, sampleBytes * (1 - GRAMMAR_SHARE) / bytes[0]);
        List<String> sample = new ArrayList<>();
        double[] due = {0};
        functions.forEach(
                function -> {
                    due[0] += share;
                    if (due[0] >= 1) {
                        due[0] -= 1;
                        if (!heldOut.contains(function)) {
                            sample.add(function.code());
                        }
                    }
                });
        FunctionGrammar grammar = new FunctionGrammar(GRAMMAR_SEED, Split.TRAIN);
        long left = (long) (sampleBytes * GRAMMAR_SHARE);
        for (long i = 0; left > 0; i++) {
            String code = grammar.function(i).code();
            sample.add(code);
            left -= code.length();
        }
        return sample;
    }
}
