package dev.seeddiffusion.training.suite;

import dev.seeddiffusion.training.sandbox.Sandbox;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something to write, and what the answer is judged by.
 *
 * @param id names it, once in a suite
 * @param prompt text before the answer
 * @param suffix text after it; null unless a hole is to be filled
 * @param answer a right one
 */
public record Task(
        String id,
        TaskKind kind,
        String prompt,
        @Nullable String suffix,
        String answer,
        Check check) {

    private static final Pattern NEXT_STATEMENT = Pattern.compile("(?<=\n)[A-Za-z_@]");

    /**
     * Judges an answer by running it.
     *
     * @return from 0, wrong, to 1, right; of unit tests the share of mutants that they tell from
     *     the function
     * @throws IOException if it cannot be run at all
     * @throws InterruptedException if the thread is interrupted
     */
    public double judge(String answer, Sandbox sandbox) throws IOException, InterruptedException {
        return check.score(candidate(answer), sandbox);
    }

    /**
     * The code that an answer amounts to. Where the prompt begins a function, that ends before the
     * first later line with a statement that is not indented: what a model adds to it, such as
     * another function, is not judged.
     */
    public String candidate(String answer) {
        return switch (kind) {
            case COMPLETION, UNIT_TEST -> untilNextStatement(prompt + answer);
            case INFILLING -> prompt + answer + suffix;
            case EDIT -> answer;
        };
    }

    /** An answer of a kind that says nothing: a judge that it passes judges nothing. */
    public static String emptied(TaskKind kind) {
        return switch (kind) {
            case COMPLETION, UNIT_TEST -> "    pass\n";
            case INFILLING, EDIT -> "";
        };
    }

    private String untilNextStatement(String code) {
        Matcher next = NEXT_STATEMENT.matcher(code);
        return next.find(prompt.length()) ? code.substring(0, next.start()) : code;
    }
}
