package dev.seeddiffusion.training.suite;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.sandbox.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls the functions of {@code judge.py} in the sandbox. A candidate cannot get a score by ending
 * its process or by printing: the score counts only beside a secret that is new in each run. This
 * stops what models write; a program that searches its own interpreter's memory could find it.
 */
final class Harness {
    private static final String FUNCTIONS = functions();

    /** What it writes of texts and lists of texts is Python as well. */
    private static final Gson LITERALS = new GsonBuilder().disableHtmlEscaping().create();

    private Harness() {}

    /**
     * @param function of {@code judge.py}, gives a score
     * @param arguments texts and lists of texts
     * @return the score; 0 if the run ends in any other way
     */
    static double score(Sandbox sandbox, String function, Object... arguments)
            throws IOException, InterruptedException {
        String secret = UUID.randomUUID().toString();
        String list = LITERALS.toJson(arguments);
        String call = "report(\"%s\", %s(*%s))\n".formatted(secret, function, list);
        Verdict verdict = sandbox.run(FUNCTIONS + call);
        Matcher score =
                Pattern.compile("^" + secret + " ([0-9.]+)$", Pattern.MULTILINE)
                        .matcher(verdict.output());
        return verdict.passed() && score.find() ? Double.parseDouble(score.group(1)) : 0;
    }

    private static String functions() {
        try (InputStream in = Harness.class.getResourceAsStream("judge.py")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("A class's own resource can be read.", e);
        }
    }
}
