package dev.seeddiffusion.training.evaluation;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a real Python whether texts parse. Nothing of a text is ever executed.
 *
 * <p>One {@code python3} process serves all texts. A text that it does not answer in time, or that
 * it dies of, counts as one that does not parse, and the next text gets a fresh process. Not
 * thread-safe.
 */
public final class PythonParser implements AutoCloseable {
    private static final Gson GSON = new Gson();

    private final String python;
    private final Duration deadline;
    private @Nullable Process process;

    /** Uses {@code python3} from the PATH and allows each text ten seconds. */
    public PythonParser() {
        this("python3", Duration.ofSeconds(10));
    }

    PythonParser(String python, Duration deadline) {
        this.python = python;
        this.deadline = deadline;
    }

    /**
     * Parses one text.
     *
     * @throws IOException if Python cannot be started
     */
    public PythonParse parse(String code) throws IOException {
        Process running = running();
        CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> ask(running, code, answer));
        try {
            String line = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            if (line != null) {
                return GSON.fromJson(line, PythonParse.class);
            }
            return failed("the parser died of this text");
        } catch (TimeoutException e) {
            return failed("no answer within " + deadline.toMillis() + " ms");
        } catch (ExecutionException e) {
            return failed("the parser died of this text: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IOException("interrupted while waiting for " + python, e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            process = null;
        }
    }

    private PythonParse failed(String error) {
        close();
        return new PythonParse(error, 0);
    }

    private static void ask(
            Process process, String code, CompletableFuture<@Nullable String> answer) {
        try {
            Writer in = process.outputWriter(StandardCharsets.UTF_8);
            in.write(GSON.toJson(code) + "\n");
            in.flush();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            answer.complete(out.readLine());
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
    }

    private Process running() throws IOException {
        if (process == null || !process.isAlive()) {
            try {
                process =
                        new ProcessBuilder(python, "-I", "-S", "-W", "ignore", "-c", program())
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start();
            } catch (IOException e) {
                throw new IOException(
                        python
                                + " cannot be started; install Python 3, which judges whether"
                                + " generated code parses: "
                                + e.getMessage(),
                        e);
            }
        }
        return process;
    }

    private static String program() throws IOException {
        try (InputStream in = PythonParser.class.getResourceAsStream("parse.py")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
