package dev.seeddiffusion.training.suite;

import dev.seeddiffusion.training.sandbox.Sandbox;
import java.io.IOException;
import java.util.List;

/**
 * Whether a candidate gives the results of a right function: equal {@code repr}, or the same kind
 * of exception. A call may take half a second of processor time.
 *
 * @param right defines the right function
 * @param calls of it, as Python expressions; at least one
 */
public record SameResults(String right, List<String> calls) implements Check {

    /**
     * @throws IllegalArgumentException if there is nothing to call
     */
    public SameResults {
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("No call is given to compare results of.");
        }
    }

    @Override
    public double score(String candidate, Sandbox sandbox)
            throws IOException, InterruptedException {
        return Harness.score(sandbox, "same_results", right, candidate, calls);
    }
}
