package dev.seeddiffusion.training.task;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A real Python that runs functions of our own making, and only those: what they return is what a
 * right answer must return. Text that a model wrote belongs into the sandbox instead.
 *
 * <p>Not thread-safe.
 */
public final class Interpreter implements AutoCloseable {
    private static final Gson GSON = new Gson();

    private final Process python;
    private final Writer in;
    private final BufferedReader out;

    private record Calls(String code, String name, List<String> arguments) {}

    private Interpreter(Process python) {
        this.python = python;
        this.in = python.outputWriter(StandardCharsets.UTF_8);
        this.out = python.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * @throws IOException if there is no {@code python3} on the PATH
     */
    public static Interpreter start() throws IOException {
        try (InputStream program = Interpreter.class.getResourceAsStream("interpreter.py")) {
            String source = new String(program.readAllBytes(), StandardCharsets.UTF_8);
            return new Interpreter(
                    new ProcessBuilder("python3", "-I", "-S", "-W", "ignore", "-c", source)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new IOException(
                    "python3 cannot be started; install Python 3, which runs the generated"
                            + " functions: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Calls a function with each of several arguments.
     *
     * @return the {@code repr} of each result, or {@code !} and the kind of exception; a call that
     *     does not end in a fifth of a second counts as {@code !Timeout}
     * @throws IOException if Python has died
     */
    List<String> call(String code, String name, List<String> arguments) throws IOException {
        in.write(GSON.toJson(new Calls(code, name, arguments)) + "\n");
        in.flush();
        String line = out.readLine();
        if (line == null) {
            throw new IOException("Python died of a function of our own making:\n" + code);
        }
        return List.of(GSON.fromJson(line, String[].class));
    }

    @Override
    public void close() {
        python.destroyForcibly();
    }
}
