package dev.seeddiffusion.training.grammar;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Real Python for tests that run our own code; without a {@code python3} they are skipped. */
final class Python {
    private static final Gson GSON = new Gson();

    private Python() {}

    /** The reprs of what programs leave in {@code result}, or of the exceptions that they raise. */
    static List<String> results(List<String> programs) throws IOException, InterruptedException {
        return run(
                """
                def answer(code):
                    scope = {}
                    exec(code, scope)
                    return repr(scope["result"])
                """,
                programs);
    }

    /**
     * @param program defines {@code answer(text)}
     * @return the answers as strings, one for each text; an exception's repr where it raised one
     */
    static List<String> run(String program, List<String> texts)
            throws IOException, InterruptedException {
        String frame =
                """
                import json, sys
                %s
                def safely(text):
                    try:
                        return str(answer(text))
                    except Exception as e:
                        return repr(e)
                print(json.dumps([safely(text) for text in json.load(sys.stdin)]))
                """
                        .formatted(program);
        Process python;
        try {
            python =
                    new ProcessBuilder("python3", "-I", "-S", "-c", frame)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
        } catch (IOException e) {
            Assumptions.abort("skipped: no python3 on the PATH to run the generated code with");
            throw e;
        }
        try (Writer in = new OutputStreamWriter(python.getOutputStream(), StandardCharsets.UTF_8)) {
            GSON.toJson(texts, in);
        }
        String answers = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (python.waitFor() != 0) {
            throw new IOException("python3 ended with status " + python.exitValue());
        }
        return List.of(GSON.fromJson(answers, String[].class));
    }
}
