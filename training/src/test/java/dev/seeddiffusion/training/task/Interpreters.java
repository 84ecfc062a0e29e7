package dev.seeddiffusion.training.task;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/** Real Python for tests; without a {@code python3} they are skipped. */
final class Interpreters {
    private Interpreters() {}

    static Interpreter start() throws IOException {
        try {
            return Interpreter.start();
        } catch (IOException e) {
            Assumptions.abort("skipped: no python3 on the PATH to run the generated code with");
            throw e;
        }
    }
}
