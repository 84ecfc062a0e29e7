package dev.seeddiffusion.training.suite;

import dev.seeddiffusion.training.sandbox.Sandbox;
import java.io.IOException;
import java.util.List;

/**
 * How many of a function's mutants a test fails on, provided that it passes on the function.
 *
 * @param right the function, which a candidate begins with; the rest is the test
 * @param mutants of it; at least one
 * @param test name of the test function
 */
public record KillsMutants(String right, List<String> mutants, String test) implements Check {

    /**
     * @throws IllegalArgumentException if there are no mutants
     */
    public KillsMutants {
        if (mutants.isEmpty()) {
            throw new IllegalArgumentException("No mutant is given to judge tests by.");
        }
    }

    @Override
    public double score(String candidate, Sandbox sandbox)
            throws IOException, InterruptedException {
        String written = candidate.substring(right.length());
        return Harness.score(sandbox, "kill_rate", right, mutants, written, test);
    }
}
