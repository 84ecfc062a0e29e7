package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.training.report.Progress;
import dev.seeddiffusion.training.task.TaskMixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Has the model write each task several times and keeps the trajectory of the largest ELBO.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, constrained-order training: trajectories of the
 * pre-trained model, filtered by ELBO.
 */
public final class BestTrajectories {

    /** Tasks between two writes: enough to keep the cores busy. */
    private static final int TASKS_AT_ONCE = 64;

    private final TrajectorySampler sampler;
    private final TaskMixture tasks;
    private final List<Candidate> candidates;
    private final long seed;

    public BestTrajectories(
            TrajectorySampler sampler, TaskMixture tasks, List<Candidate> candidates, long seed) {
        this.sampler = sampler;
        this.tasks = tasks;
        this.candidates = candidates;
        this.seed = seed;
    }

    /**
     * Draws until a file holds enough; what it holds already is kept, so an interrupted call may be
     * repeated.
     *
     * @param count tasks to draw for; those for which no output ended leave no sample
     * @return the file's samples
     * @throws IOException if the file cannot be read or written
     */
    public List<Sample> draw(Path file, Transformer model, int count) throws IOException {
        try (SampleFile kept = SampleFile.open(file)) {
            List<Sample> before = kept.samples();
            long last = before.isEmpty() ? -1 : before.getLast().task();
            // Tasks are drawn together as the first time: what shares a forward has a say in it.
            long next = (last + 1) / TASKS_AT_ONCE * TASKS_AT_ONCE;
            try (Progress progress = new Progress("trajectories", "tasks", count, next)) {
                while (next < count) {
                    int some = (int) Math.min(TASKS_AT_ONCE, count - next);
                    List<List<Sample>> drawn =
                            sampler.draw(model, tasks.tasks(next, some), candidates, next, seed);
                    for (List<Sample> samples : drawn) {
                        Optional<Sample> best =
                                samples.stream()
                                        .max(Comparator.comparing(s -> s.trajectory().elbo()));
                        if (best.isPresent() && best.get().task() > last) {
                            kept.add(best.get());
                        }
                    }
                    next += some;
                    progress.to(next);
                }
            }
            return kept.samples();
        }
    }
}
