package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.corpus.Corpus;
import dev.seeddiffusion.training.corpus.HeldOut;
import dev.seeddiffusion.training.data.Document;
import dev.seeddiffusion.training.data.DocumentEncoder;
import dev.seeddiffusion.training.data.TokenFileBuilder;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.report.Progress;
import dev.seeddiffusion.training.suite.Benchmarks;
import dev.seeddiffusion.training.suite.Decontamination;
import dev.seeddiffusion.training.task.Example;
import dev.seeddiffusion.training.task.Hole;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.TaskGrammar;
import dev.seeddiffusion.training.task.TaskMixture;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Tokenises a corpus and functions of our own making, once, into the files that training maps. */
@Command(
        name = "prepare",
        description = {
            "Tokenises the corpus and writes, into one folder:",
            "  train.tokens     the corpus without its held-out functions",
            "  tasks.tokens     tasks of our own making: completion, infilling, edits, unit tests",
            "  whole.tokens     the same, but all of a completion is asked for, its prompt too",
            "  held-out.jsonl   the functions that no model may be trained on, to judge it by"
        },
        footer = {
            "",
            "Example:",
            "  ./seed prepare --corpus functions.jsonl.zst --tokenizer models/nano \\",
            "    --out runs/data"
        },
        sortOptions = false)
final class PrepareCommand implements Callable<Integer> {
    static final String TRAIN_FILE = "train.tokens";
    static final String TASKS_FILE = "tasks.tokens";
    static final String WHOLE_FILE = "whole.tokens";
    static final String HELD_OUT_FILE = "held-out.jsonl";

    private static final long TASK_SEED = 1;

    /** One function of the corpus in so many is a hole to fill. */
    private static final int ONE_HOLE_IN = 8;

    @Option(
            names = "--corpus",
            required = true,
            showDefaultValue = Visibility.NEVER,
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files of functions (.jsonl, .jsonl.zst) and folders of *.py files.")
    private List<Path> corpus = List.of();

    @Option(
            names = "--tokenizer",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder with tokenizer.json.")
    private Path tokenizerFolder = Path.of("");

    @Option(
            names = "--max-tokens",
            defaultValue = "512",
            paramLabel = "N",
            description = {
                "Leave out functions with more tokens, their two ends counted.",
                "Default: ${DEFAULT-VALUE}."
            })
    private int maxTokens;

    @Option(
            names = "--tasks",
            defaultValue = "100000",
            paramLabel = "N",
            description = "Tasks of our own making. Default: ${DEFAULT-VALUE}.")
    private int tasks;

    @Option(
            names = "--benchmarks",
            paramLabel = "DIR",
            description = {
                "Folder with the files of the published suites: leave out functions that give",
                "their solutions away."
            })
    private @Nullable Path benchmarks;

    @Option(
            names = "--out",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder for the files; made if missing.")
    private Path out = Path.of("");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        Corpus functions = new Corpus(corpus); // before any work: the paths may be wrong
        Files.createDirectories(out);
        try (CodeTokenizer tokenizer = CodeTokenizer.open(tokenizerFolder)) {
            writeCorpus(functions, tokenizer);
            writeTasks(tokenizer);
        }
        return 0;
    }

    private void writeCorpus(Corpus functions, CodeTokenizer tokenizer) throws IOException {
        HeldOut heldOut = new HeldOut(HeldOut.DEFAULT_SHARE);
        Path heldOutPart = out.resolve(HELD_OUT_FILE + ".part");
        LongAdder total = new LongAdder();
        functions.forEach(_ -> total.increment()); // fast, and the progress bar can tell the end
        LongAdder read = new LongAdder();
        LongAdder heldOutFunctions = new LongAdder();
        LongAdder contaminated = new LongAdder();
        Decontamination decontamination =
                new Decontamination(
                        benchmarks == null ? List.of() : new Benchmarks(benchmarks).all());
        try (TokenFileBuilder train = builder(TRAIN_FILE, tokenizer);
                BufferedWriter aside = Files.newBufferedWriter(heldOutPart)) {
            try (Progress progress = new Progress("corpus", "functions", total.sum(), 0)) {
                functions.forEach(
                        function -> {
                            try {
                                if (decontamination.contains(function)) {
                                    contaminated.increment();
                                } else if (heldOut.contains(function)) {
                                    aside.write(Corpus.toJsonLine(function) + "\n");
                                    heldOutFunctions.increment();
                                } else {
                                    train.add(document(function.code(), read.sum()));
                                }
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            read.increment();
                            progress.to(read.sum());
                        });
                train.finish();
            }
            report(TRAIN_FILE, train);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.move(heldOutPart, out.resolve(HELD_OUT_FILE), StandardCopyOption.REPLACE_EXISTING);
        System.out.printf(
                "%s: %,d functions%n", out.resolve(HELD_OUT_FILE), heldOutFunctions.sum());
        if (benchmarks != null) {
            System.out.printf(
                    "left out %,d functions that give benchmarks away%n", contaminated.sum());
        }
    }

    private static Document document(String code, long index) {
        if (index % ONE_HOLE_IN != 0 || !code.endsWith("\n")) {
            return Document.of(code);
        }
        Hole hole = Hole.of(code, 0, new Random(index));
        return new Document(hole.after(), hole.before(), hole.middle());
    }

    private void writeTasks(CodeTokenizer tokenizer) throws IOException {
        try (TokenFileBuilder prompted = builder(TASKS_FILE, tokenizer);
                TokenFileBuilder whole = builder(WHOLE_FILE, tokenizer);
                Interpreter interpreter = Interpreter.start()) {
            TaskMixture mixture =
                    new TaskMixture(
                            new TaskGrammar(TASK_SEED, Split.TRAIN, interpreter),
                            TaskMixture.ALL_KINDS);
            try (Progress progress = new Progress("tasks", "tasks", tasks, 0)) {
                for (int i = 0; i < tasks; i++) {
                    Example task = mixture.task(i);
                    prompted.add(task.document());
                    whole.add(task.wholeDocument());
                    progress.to(i + 1);
                }
                prompted.finish();
                whole.finish();
            }
            report(TASKS_FILE, prompted);
            report(WHOLE_FILE, whole);
        }
    }

    private TokenFileBuilder builder(String name, CodeTokenizer tokenizer) throws IOException {
        return new TokenFileBuilder(
                out.resolve(name),
                new DocumentEncoder(tokenizer)::encode,
                tokenizer.vocabularySize(),
                tokenizer.digest(),
                maxTokens);
    }

    private void report(String name, TokenFileBuilder file) {
        System.out.printf(
                "%s: %,d documents, %,d tokens; left out %,d of more than %,d tokens%n",
                out.resolve(name), file.documents(), file.tokens(), file.leftOut(), maxTokens);
    }
}
