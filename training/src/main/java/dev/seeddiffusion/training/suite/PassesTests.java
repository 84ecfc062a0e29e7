package dev.seeddiffusion.training.suite;

import dev.seeddiffusion.training.sandbox.Sandbox;
import java.io.IOException;

/**
 * Whether tests that run after a candidate raise nothing.
 *
 * @param header what must be defined before the candidate, such as imports; may be empty
 * @param tests Python statements
 */
public record PassesTests(String header, String tests) implements Check {

    @Override
    public double score(String candidate, Sandbox sandbox)
            throws IOException, InterruptedException {
        return Harness.score(sandbox, "passes", header + candidate, tests);
    }
}
