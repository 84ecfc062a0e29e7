package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import dev.seeddiffusion.training.stage.PolicySchedule;
import dev.seeddiffusion.training.trajectory.Candidate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the model writes to learn from, in the stages that do so. */
final class RolloutOptions {

    @Option(
            names = "--sampled-tasks",
            defaultValue = "4000",
            paramLabel = "N",
            description = "order: tasks that the model writes; policy: tasks a round.")
    private int tasks;

    @Option(
            names = "--candidates",
            defaultValue = "0.9,0.9,0.9,0.9",
            split = ",",
            paramLabel = "P",
            description = "Outputs a task, by the threshold that each is written at.")
    private List<Double> thresholds = List.of();

    @Option(
            names = "--sampled-blocks",
            defaultValue = "64",
            paramLabel = "N",
            description = "Tokens denoised together when the model writes.")
    private int blockTokens;

    @Option(
            names = "--sampled-revision",
            paramLabel = "P",
            description = "Confidence from which a placed token is revised; never, if not given.")
    private @Nullable Double reviseThreshold;

    @Option(
            names = "--temperature",
            defaultValue = "1",
            description = "Of the outputs; the first of each task is the likeliest.")
    private double temperature;

    @Option(
            names = "--round-steps",
            defaultValue = "40",
            paramLabel = "N",
            description = "policy: steps that learn from one round of outputs.")
    private int roundSteps;

    @Option(
            names = "--least-verified",
            defaultValue = "0.8",
            paramLabel = "SHARE",
            description = "policy: with fewer right outputs no distance is learnt.")
    private double leastVerified;

    int tasks() {
        return tasks;
    }

    List<Candidate> candidates() {
        Denoising blocks =
                new Denoising(blockTokens, UnmaskingPolicy.confidenceThreshold(1), reviseThreshold);
        List<Candidate> candidates = new ArrayList<>();
        for (double threshold : thresholds) {
            candidates.add(
                    new Candidate(
                            blocks.placedBy(UnmaskingPolicy.confidenceThreshold(threshold)),
                            candidates.isEmpty() ? 0 : temperature));
        }
        return candidates;
    }

    PolicySchedule schedule(int steps) {
        return new PolicySchedule(roundSteps, steps, leastVerified);
    }
}
