package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.EditOperation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a stage is trained. What decides the data that a step sees is fixed for a run; length and
 * rate may change when it is resumed.
 *
 * @param stage what is asked of the model
 * @param rows rows of a batch
 * @param rowTokens tokens of a row
 * @param taskShare share of tasks of our own making in the mixture, in [0, 1]
 * @param wholeTasks whether the prompts of completions are asked for too
 * @param seed of weights, data order and noise
 * @param blockTokens lengths of the blocks that are denoised, drawn for each row
 * @param fullShare share of blocks that are noised fully, in [0, 1], besides those of chance
 * @param ownShare share of blocks that are the model's own drafts, in [0, 1]
 * @param editOperations that edit noise draws from
 * @param rate learning rate over the run
 * @param checkpointEvery most work that an interruption can cost
 */
public record TrainingSettings(
        Stage stage,
        int rows,
        int rowTokens,
        double taskShare,
        boolean wholeTasks,
        long seed,
        List<Integer> blockTokens,
        double fullShare,
        double ownShare,
        Set<EditOperation> editOperations,
        LearningRate rate,
        Duration checkpointEvery) {

    /**
     * @throws IllegalArgumentException if a share of blocks is out of range
     */
    public TrainingSettings {
        requireShare("--full-share", fullShare);
        requireShare("--own-drafts", ownShare);
    }

    private static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "%s is %s, but must lie in [0, 1].".formatted(name, share));
        }
    }

    /** What a resumed run must share with the run that it goes on with. */
    String identity() {
        return "stage %s, batch %d x %d, task share %s%s, seed %d, blocks %s%s%s, edits %s"
                .formatted(
                        stage.name().toLowerCase(),
                        rows,
                        rowTokens,
                        taskShare,
                        wholeTasks ? " whole" : "",
                        seed,
                        blockTokens,
                        fullShare > 0 ? ", full share " + fullShare : "",
                        ownShare > 0 ? ", own drafts " + ownShare : "",
                        new TreeSet<>(editOperations));
    }
}
