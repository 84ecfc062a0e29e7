package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.noise.EditNoise;
import dev.seeddiffusion.diffusion.noise.MaskNoise;
import dev.seeddiffusion.diffusion.noise.Noise;
import dev.seeddiffusion.diffusion.noise.TokenEdits;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.stage.DiffusionObjective;
import dev.seeddiffusion.training.stage.NextTokenObjective;
import dev.seeddiffusion.training.stage.Objective;
import dev.seeddiffusion.training.stage.OrderObjective;
import dev.seeddiffusion.training.stage.OwnDrafts;
import dev.seeddiffusion.training.stage.PolicyObjective;
import dev.seeddiffusion.training.stage.PromptDrafts;
import dev.seeddiffusion.training.stage.TrainingSettings;
import dev.seeddiffusion.training.task.Interpreter;
import dev.seeddiffusion.training.task.TaskGrammar;
import dev.seeddiffusion.training.task.TaskMixture;
import dev.seeddiffusion.training.trajectory.BestTrajectories;
import dev.seeddiffusion.training.trajectory.Sample;
import dev.seeddiffusion.training.trajectory.TrajectorySampler;
import dev.seeddiffusion.training.trajectory.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the objective of a stage, with what that needs: noise, tasks, samplers, a sandbox. */
final class StageObjectives implements AutoCloseable {

    /** Other tasks than those that `prepare` writes and that a suite asks. */
    private static final long ORDER_TASKS = 12;

    private static final long POLICY_TASKS = 13;

    /** In the run's folder. */
    private static final String TRAJECTORIES = "trajectories.bin";

    private final ModelConfig config;
    private final TrainingSettings settings;
    private final RolloutOptions rollouts;
    private final CodeTokenizer tokenizer;
    private final List<AutoCloseable> opened = new ArrayList<>();

    StageObjectives(
            ModelConfig config,
            TrainingSettings settings,
            RolloutOptions rollouts,
            CodeTokenizer tokenizer) {
        this.config = config;
        this.settings = settings;
        this.rollouts = rollouts;
        this.tokenizer = tokenizer;
    }

    /**
     * @param folder of the run
     * @param from the checkpoint that it begins with
     * @throws IllegalArgumentException if the stage needs a checkpoint to begin with
     * @throws IOException if something that the stage needs is missing here
     */
    Objective objective(Path folder, @Nullable Path from) throws IOException, InterruptedException {
        return switch (settings.stage()) {
            case AR -> new NextTokenObjective(config.documentEnd());
            case MASK -> denoise(new MaskNoise(config.mask()), null);
            case EDIT -> denoiseEdits();
            case ORDER -> order(folder, required(from));
            case POLICY -> policy();
        };
    }

    private DiffusionObjective denoiseEdits() {
        return denoise(new EditNoise(config.mask(), edits()), new PromptDrafts(config.mask()));
    }

    private DiffusionObjective denoise(Noise noise, @Nullable PromptDrafts drafts) {
        return new DiffusionObjective(
                noise,
                drafts,
                new OwnDrafts(settings.ownShare(), drafts, config.mask(), config.documentEnd()),
                settings.fullShare(),
                config.documentEnd(),
                settings.blockTokens());
    }

    private TokenEdits edits() {
        return new TokenEdits(
                config.mask(),
                config.documentEnd(),
                config.vocabulary(),
                settings.editOperations());
    }

    private Objective order(Path folder, Path from) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<Sample> best;
        try (CheckpointReader checkpoint = CheckpointReader.open(from);
                Transformer model = TorchScriptTransformer.load(checkpoint, Precision.BF16);
                TrajectorySampler sampler =
                        new TrajectorySampler(tokenizer, Verifier.byTests(Sandbox.open()))) {
            best =
                    new BestTrajectories(
                                    sampler,
                                    tasks(ORDER_TASKS),
                                    rollouts.candidates(),
                                    settings.seed())
                            .draw(folder.resolve(TRAJECTORIES), model, rollouts.tasks());
        }
        List<Sample> right = best.stream().filter(Sample::isVerified).toList();
        if (right.isEmpty()) { // what is wrong is no example
            throw new IllegalArgumentException(
                    "No output for %,d tasks is right, so there is no order to learn: go on --from"
                                    .formatted(rollouts.tasks())
                            + " a checkpoint that has been trained for longer.");
        }
        return new OrderObjective(
                denoiseEdits(), right, edits(), config.mask(), config.documentEnd());
    }

    private Objective policy() throws IOException, InterruptedException {
        Sandbox sandbox = Sandbox.open();
        TrajectorySampler sampler =
                opened(new TrajectorySampler(tokenizer, Verifier.byTests(sandbox)));
        TaskMixture tasks = tasks(POLICY_TASKS);
        return new PolicyObjective(
                denoiseEdits(),
                (model, round) -> {
                    long first = (long) round * rollouts.tasks();
                    return sampler.draw(
                            model,
                            tasks.tasks(first, rollouts.tasks()),
                            rollouts.candidates(),
                            first,
                            settings.seed());
                },
                rollouts.schedule(settings.rate().steps()),
                config.documentEnd());
    }

    private TaskMixture tasks(long seed) throws IOException {
        Interpreter interpreter = opened(Interpreter.start());
        return new TaskMixture(new TaskGrammar(seed, Split.TRAIN, interpreter), TaskMixture.CODE);
    }

    private Path required(@Nullable Path from) {
        if (from == null) {
            throw new IllegalArgumentException(
                    "The stage %s goes on from a checkpoint: name one by --from."
                            .formatted(settings.stage().name().toLowerCase()));
        }
        return from;
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("A resource of a stage does not close.", e);
            }
        }
    }
}
