package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.noise.EditOperation;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.data.BatchSource;
import dev.seeddiffusion.training.data.TokenFile;
import dev.seeddiffusion.training.stage.LearningRate;
import dev.seeddiffusion.training.stage.Stage;
import dev.seeddiffusion.training.stage.Trainer;
import dev.seeddiffusion.training.stage.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a stage on prepared data, or follows a recipe. */
@Command(
        name = "train",
        description = {
            "Trains one stage on prepared data, or does the steps of a recipe one after the other.",
            "The folder of a trained stage holds all of its run:",
            "  checkpoint/        the model as it stands, ready to serve",
            "  state.safetensors  what --resume goes on from",
            "  metrics.jsonl      the curves, and curves.svg their picture"
        },
        footer = {
            "",
            "Examples:",
            "  seed train --recipe recipes/nano.recipe --data runs/data \\",
            "    --tokenizer runs/tokenizer --out runs/nano",
            "  seed train @recipes/nano-edit.args --data runs/data --tokenizer runs/tokenizer \\",
            "    --from runs/nano/mask/checkpoint --out runs/edit --resume",
            "The first may be repeated until it is done: finished steps are skipped, an",
            "interrupted one goes on (distill begins again)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class TrainCommand implements Callable<Integer>, RecipeCommand {

    private static final double NORM_EPSILON = 1e-6;
    private static final double ROPE_THETA = 10_000;
    private static final int HEAD_WIDTH = 64;
    private static final int DEFAULT_BLOCK_TOKENS = 32;
    private static final double DEFAULT_THRESHOLD = 0.9;

    /** What a recipe's steps are given by the command line; the rest is in their files. */
    private static final Set<String> RECIPE_OPTIONS =
            Set.of("--recipe", "--data", "--tokenizer", "--out");

    @Spec private @Nullable CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Goal goal = new Goal();

    /** One of the two. */
    private static final class Goal {

        @Option(
                names = "--stage",
                required = true,
                paramLabel = "STAGE",
                description = "${COMPLETION-CANDIDATES}: ar is the pretraining, and the baseline.")
        private @Nullable Stage stage;

        @Option(
                names = "--recipe",
                required = true,
                paramLabel = "FILE",
                description = {
                    "Steps in order, one a line: NAME COMMAND FILE [--from NAME | --model NAME",
                    "| --data NAME]...: a name, train or distill, the file of its arguments, and",
                    "the steps that it goes on from. Each gets a folder in --out."
                })
        private @Nullable Path recipe;
    }

    @Option(
            names = "--data",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder that prepare or distill wrote.")
    private Path data = Path.of("");

    @Option(
            names = "--tokenizer",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder with the tokenizer.json that the data was prepared with.")
    private Path tokenizerFolder = Path.of("");

    @Option(
            names = "--out",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            description = "Folder of the run.")
    private Path out = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Checkpoint to begin with; its sizes are the model's.")
    private @Nullable Path from;

    @Option(
            names = "--blocks",
            defaultValue = "4,8,16,32,64",
            split = ",",
            paramLabel = "N",
            description = "Lengths of the blocks that are denoised, drawn for each row.")
    private List<Integer> blocks = List.of();

    @Option(
            names = "--full-share",
            defaultValue = "0",
            paramLabel = "SHARE",
            description = {
                "Share of blocks that are noised fully, as a canvas begins, besides those that chance",
                "brings there."
            })
    private double fullShare;

    @Option(
            names = "--own-drafts",
            defaultValue = "0",
            paramLabel = "SHARE",
            description = {
                "Share of blocks in which the model's own proposals for their noise are denoised, from",
                "where they first err: what lossless decoding does."
            })
    private double ownShare;

    @Option(
            names = "--edits",
            defaultValue = "DELETION,INSERTION,SUBSTITUTION",
            split = ",",
            paramLabel = "OPERATION",
            description = "What edit noise does: ${COMPLETION-CANDIDATES}.")
    private Set<EditOperation> edits = Set.of();

    @Option(names = "--resume", description = "Go on with the run in --out.")
    private boolean resume;

    @Option(names = "--steps", defaultValue = "4000", description = "Length of the run.")
    private int steps;

    @Option(names = "--rate", defaultValue = "2e-3", description = "Peak learning rate.")
    private double rate;

    @Option(names = "--warm-up", defaultValue = "150", description = "Steps up to the peak.")
    private int warmUp;

    @Option(
            names = "--decay-share",
            defaultValue = "0.25",
            description = "Share of the steps, at the end, over which the rate falls.")
    private double decayShare;

    @Option(names = "--rows", defaultValue = "4", description = "Rows of a batch.")
    private int rows;

    @Option(names = "--row-tokens", defaultValue = "512", description = "Tokens of a row.")
    private int rowTokens;

    @Option(
            names = "--task-share",
            defaultValue = "0.85",
            description = "Share of tasks of our own making.")
    private double taskShare;

    @Option(
            names = "--whole",
            description = "Ask for the prompts of completions too, not for their answers alone.")
    private boolean whole;

    @Option(names = "--width", defaultValue = "256", description = "Hidden width.")
    private int width;

    @Option(names = "--layers", defaultValue = "4", description = "Layers.")
    private int layers;

    @Option(names = "--feed-forward", defaultValue = "704", description = "Feed-forward width.")
    private int feedForward;

    @Option(names = "--kv-heads", defaultValue = "4", description = "Key-value heads.")
    private int keyValueHeads;

    @Option(names = "--seed", defaultValue = "1", description = "Of weights, order and noise.")
    private long seed;

    @Option(
            names = "--checkpoint-every",
            defaultValue = "PT2M",
            description = "Most work that an interruption can cost, such as PT2M.")
    private Duration checkpointEvery = Duration.ZERO;

    @Mixin private RolloutOptions rollouts = new RolloutOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (goal.recipe == null) {
            train();
        } else {
            follow(Recipe.read(goal.recipe));
        }
        return 0;
    }

    /** All arguments are read before the first step begins: a mistake in the last shows at once. */
    private void follow(Recipe recipe) throws IOException, InterruptedException {
        requireOnly(RECIPE_OPTIONS);
        List<RecipeCommand> commands = new ArrayList<>();
        for (Recipe.Step step : recipe.steps()) {
            RecipeCommand command = step.command(data, tokenizerFolder, out);
            if (command instanceof TrainCommand train && train.goal.stage == null) {
                throw new IllegalArgumentException(
                        "%s asks for a recipe, but is itself part of %s: name a --stage."
                                .formatted(step.file(), goal.recipe));
            }
            commands.add(command);
        }
        for (int i = 0; i < commands.size(); i++) {
            if (commands.get(i).isFinished()) {
                System.out.printf("%s: finished before%n", recipe.steps().get(i).name());
            } else {
                commands.get(i).finish();
            }
        }
    }

    @Override
    public boolean isFinished() {
        return Trainer.stepsDone(out) >= steps;
    }

    @Override
    public void finish() throws IOException, InterruptedException {
        resume = Trainer.stepsDone(out) > 0;
        train();
    }

    private void requireOnly(Set<String> options) {
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            if (!options.contains(option.longestName())) {
                throw new IllegalArgumentException(
                        "%s is not known with --recipe: write it into the file of a step."
                                .formatted(option.longestName()));
            }
        }
    }

    private void train() throws IOException, InterruptedException {
        try (CodeTokenizer tokenizer = CodeTokenizer.open(tokenizerFolder);
                TokenFile corpus = open(PrepareCommand.TRAIN_FILE, tokenizer);
                TokenFile tasks =
                        open(
                                whole ? PrepareCommand.WHOLE_FILE : PrepareCommand.TASKS_FILE,
                                tokenizer);
                StageObjectives objectives =
                        new StageObjectives(config(tokenizer), settings(), rollouts, tokenizer)) {
            new Trainer(
                            out,
                            tokenizerFolder.resolve(CodeTokenizer.FILE),
                            config(tokenizer),
                            settings(),
                            objectives.objective(out, from),
                            from)
                    .run(source(corpus, tasks), resume);
        }
    }

    private TokenFile open(String name, CodeTokenizer tokenizer) throws IOException {
        return TokenFile.open(data.resolve(name), tokenizer.digest());
    }

    private BatchSource source(TokenFile corpus, TokenFile tasks) {
        List<BatchSource.Share> shares = new ArrayList<>();
        if (taskShare < 1) {
            shares.add(new BatchSource.Share(corpus, 1 - taskShare));
        }
        if (taskShare > 0) {
            shares.add(new BatchSource.Share(tasks, taskShare));
        }
        return new BatchSource(shares, rows, rowTokens, seed);
    }

    private ModelConfig config(CodeTokenizer tokenizer) {
        ModelConfig config =
                from == null
                        ? freshConfig(tokenizer)
                        : ModelConfig.read(from.resolve("config.json"));
        boolean drafts = goal.stage != Stage.AR;
        return config.sampledBy(
                config.sampling().in(drafts ? DecodingMode.LOSSLESS : DecodingMode.AUTOREGRESSIVE));
    }

    private ModelConfig freshConfig(CodeTokenizer tokenizer) {
        return new ModelConfig(
                tokenizer.vocabularySize(),
                width,
                layers,
                width / HEAD_WIDTH,
                keyValueHeads,
                HEAD_WIDTH,
                feedForward,
                rowTokens,
                NORM_EPSILON,
                ROPE_THETA,
                true,
                tokenizer.documentEnd(),
                tokenizer.mask(),
                SamplingDefaults.of(DEFAULT_BLOCK_TOKENS, DEFAULT_THRESHOLD));
    }

    private TrainingSettings settings() {
        return new TrainingSettings(
                goal.stage,
                rows,
                rowTokens,
                taskShare,
                whole,
                seed,
                List.copyOf(blocks),
                fullShare,
                ownShare,
                Set.copyOf(edits),
                new LearningRate(rate, warmUp, steps, decayShare),
                checkpointEvery);
    }
}
