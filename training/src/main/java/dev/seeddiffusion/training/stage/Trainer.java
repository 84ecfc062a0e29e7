package dev.seeddiffusion.training.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointWriter;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.training.data.Batch;
import dev.seeddiffusion.training.data.BatchSource;
import dev.seeddiffusion.training.report.CurvePlot;
import dev.seeddiffusion.training.report.Measurement;
import dev.seeddiffusion.training.report.MetricsFile;
import dev.seeddiffusion.training.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Trains one stage in a folder: {@code state.safetensors} to go on from, {@code checkpoint/} to
 * serve (the averaged weights in bfloat16), {@code metrics.jsonl} and {@code curves.svg} to look
 * at.
 *
 * <p>Equal settings give equal data, noise and weights at every step on one machine, whether or not
 * the run was interrupted. Killing it loses at most the work since the last checkpoint.
 */
public final class Trainer {

    private static final String STATE = "state.safetensors";
    private static final int STEPS_PER_MEASUREMENT = 20;
    private static final int PLOT_SMOOTHING = 10;
    private static final double NANOS = 1e9;
    private static final double LONG_AVERAGE_SHARE = 0.002;
    private static final double AVERAGES_A_RUN = 8;

    private final Path folder;
    private final Path tokenizer;
    private final ModelConfig config;
    private final TrainingSettings settings;
    private final Objective objective;
    private final @Nullable Path from;

    /**
     * @param folder of the run; made if missing
     * @param tokenizer file that belongs to the checkpoint
     * @param objective of the settings' stage
     * @param from checkpoint whose weights a new run begins with; null for fresh ones
     */
    public Trainer(
            Path folder,
            Path tokenizer,
            ModelConfig config,
            TrainingSettings settings,
            Objective objective,
            @Nullable Path from) {
        this.folder = folder;
        this.tokenizer = tokenizer;
        this.config = config;
        this.settings = settings;
        this.objective = objective;
        this.from = from;
    }

    /**
     * Trains until the last step.
     *
     * @param resume go on with the folder's run instead of beginning one
     * @throws IllegalArgumentException if there is no run to resume, or one that would be
     *     overwritten, or it was made with other settings
     * @throws IOException if a file cannot be read or written
     */
    public void run(BatchSource source, boolean resume) throws IOException {
        Files.createDirectories(folder);
        NDManager manager = NDManager.newBaseManager("PyTorch");
        RunState state = resume ? resumed(manager) : fresh(manager);
        source.seek(state.progress().cursor());
        try (TrainableModel model =
                        new TrainableModel(manager, config, DType.BF16, state.weights());
                MetricsFile metrics = MetricsFile.open(metricsFile(), state.progress().step());
                Progress bar =
                        new Progress(
                                settings.stage().name().toLowerCase(),
                                "tok",
                                tokensAt(settings.rate().steps()),
                                state.progress().tokens())) {
            AdamW optimiser =
                    new AdamW(
                            manager,
                            model,
                            state.means(),
                            state.squares(),
                            state.averages(),
                            averageShare(),
                            state.progress().step());
            loop(source, state, model, optimiser, metrics, bar);
        }
    }

    /**
     * Optimiser steps that the run in a folder has done and saved; 0 if the folder holds no run.
     *
     * @throws dev.seeddiffusion.diffusion.checkpoint.CheckpointException if its state is damaged
     */
    public static int stepsDone(Path folder) {
        Path state = folder.resolve(STATE);
        return Files.exists(state) ? RunState.progress(state).step() : 0;
    }

    private void loop(
            BatchSource source,
            RunState state,
            TrainableModel model,
            AdamW optimiser,
            MetricsFile metrics,
            Progress bar)
            throws IOException {
        RunProgress began = state.progress();
        long start = System.nanoTime();
        long saved = start;
        LossWindow window = new LossWindow();
        for (int step = began.step(); step < settings.rate().steps(); step++) {
            objective.prepare(step, model);
            Batch clean = source.next();
            float[] losses = model.backward(objective.pose(clean, model, chance(step)));
            float norm = optimiser.update(settings.rate().at(step));
            window.add(losses, norm);

            boolean last = step + 1 == settings.rate().steps();
            long now = System.nanoTime();
            RunProgress progress =
                    new RunProgress(
                            settings.identity(),
                            step + 1,
                            source.state(),
                            tokensAt(step + 1),
                            began.seconds() + (now - start) / NANOS);
            if (last || (step + 1) % STEPS_PER_MEASUREMENT == 0) {
                Measurement measurement =
                        window.measure(
                                progress,
                                settings.rate().at(step),
                                tokensAt(1),
                                objective.figures());
                metrics.append(measurement);
                bar.to(progress.tokens(), LossWindow.describe(measurement));
            }
            boolean due = now - saved > settings.checkpointEvery().toNanos();
            if (last || due && objective.canResumeAt(step + 1)) {
                save(state, progress);
                saved = now;
            }
        }
    }

    /** All chance of a step: a function of the run's seed and the step alone. */
    private RandomGenerator chance(int step) {
        return RandomGeneratorFactory.of("L64X128MixRandom")
                .create(settings.seed() * 0x9E3779B97F4A7C15L + step);
    }

    /** A short run cannot wait for a long average. */
    private double averageShare() {
        double share = AVERAGES_A_RUN / settings.rate().steps();
        return Math.clamp(share, LONG_AVERAGE_SHARE, 1);
    }

    private long tokensAt(long steps) {
        return steps * settings.rows() * settings.rowTokens();
    }

    private RunState fresh(NDManager manager) {
        if (Files.exists(stateFile())) {
            throw new IllegalArgumentException(
                    folder
                            + " holds a run already: go on with it by --resume, or name another"
                            + " folder by --out.");
        }
        List<NDArray> weights = initialWeights(manager);
        return new RunState(
                RunProgress.start(settings.identity()),
                weights,
                AdamW.zerosLike(manager, weights),
                AdamW.zerosLike(manager, weights),
                AdamW.copiesOf(manager, weights));
    }

    private List<NDArray> initialWeights(NDManager manager) {
        if (from == null) {
            return TrainableModel.initialWeights(manager, config, chance(-1));
        }
        try (CheckpointReader checkpoint = CheckpointReader.open(from)) {
            return WeightLayout.of(config).stream()
                    .map(slot -> slot.read(manager, checkpoint))
                    .toList();
        }
    }

    private RunState resumed(NDManager manager) {
        if (!Files.exists(stateFile())) {
            throw new IllegalArgumentException(
                    folder + " holds no run to resume: begin one without --resume.");
        }
        List<Shape> shapes = WeightLayout.of(config).stream().map(TrainableModel::shape).toList();
        RunState state = RunState.load(manager, stateFile(), shapes);
        if (!state.progress().identity().equals(settings.identity())) {
            throw new IllegalArgumentException(
                    "The run in %s was made with %s, but is resumed with %s: use the same."
                            .formatted(folder, state.progress().identity(), settings.identity()));
        }
        return state;
    }

    private void save(RunState state, RunProgress progress) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < state.averages().size(); i++) {
            float[] values = state.averages().get(i).toFloatArray();
            tensors.addAll(WeightLayout.of(config).get(i).split(values, DType.BF16));
        }
        CheckpointWriter.write(folder.resolve("checkpoint"), config, tensors, tokenizer);
        CurvePlot.ofLosses(
                        Map.of(settings.stage().name().toLowerCase(), metricsFile()),
                        PLOT_SMOOTHING)
                .write(folder.resolve("curves.svg"));
        // Last: a state that has reached the last step means that the checkpoint is that step's.
        new RunState(progress, state.weights(), state.means(), state.squares(), state.averages())
                .save(stateFile());
    }

    private Path stateFile() {
        return folder.resolve(STATE);
    }

    private Path metricsFile() {
        return folder.resolve("metrics.jsonl");
    }
}
