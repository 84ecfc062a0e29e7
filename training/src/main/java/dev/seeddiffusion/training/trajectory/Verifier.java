package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.sampling.Trajectory;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.task.Example;
import dev.seeddiffusion.training.task.NanoSuite;
import java.io.IOException;

/** Judges what the model wrote: V of on-policy learning. */
@FunctionalInterface
public interface Verifier {

    /**
     * Called by several threads at once.
     *
     * @param answer the whole output
     * @param trajectory how it was written
     * @return from 0 wrong to 1 right
     * @throws IOException if nothing can be judged on this machine
     * @throws InterruptedException if the thread is interrupted
     */
    double value(Example task, String answer, Trajectory trajectory)
            throws IOException, InterruptedException;

    /** What the model itself thinks of it: the geometric mean of its tokens' probabilities. */
    static Verifier byLikelihood() {
        return (_, _, trajectory) -> {
            int written = trajectory.tokens().length - trajectory.prompt().length;
            return Math.exp(trajectory.elbo() / written);
        };
    }

    /** The task's tests, run in a sandbox; likelihood where it has none. */
    static Verifier byTests(Sandbox sandbox) {
        Verifier likelihood = byLikelihood();
        return (task, answer, trajectory) ->
                task.arguments().isEmpty()
                        ? likelihood.value(task, answer, trajectory)
                        : NanoSuite.task("", task).judge(answer, sandbox);
    }
}
