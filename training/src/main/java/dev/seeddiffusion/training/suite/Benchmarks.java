package dev.seeddiffusion.training.suite;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Published suites, as their authors publish them: HumanEval (arXiv 2107.03374), MBPP, sanitized
 * (2108.07732), HumanEvalFix (2308.07124) and single-line infilling of HumanEval (2207.14255).
 *
 * @param folder holds their files, by their own names
 */
public record Benchmarks(Path folder) {
    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .create();

    private record Problem(
            String taskId,
            String prompt,
            String suffix,
            String entryPoint,
            String canonicalSolution,
            String buggySolution,
            String test) {

        String call() {
            return test + "\ncheck(" + entryPoint + ")\n";
        }

        /** What stands before the function itself: imports, and functions that it may call. */
        String header() {
            return prompt.substring(0, prompt.lastIndexOf("def " + entryPoint + "("));
        }
    }

    /**
     * The tasks of all of them.
     *
     * @throws IOException if a file cannot be read
     */
    public List<Task> all() throws IOException {
        return Stream.of(humanEval(), mbpp(), humanEvalFix(), infilling())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * A function's body, given signature and docstring.
     *
     * @throws IOException if the file is missing or malformed
     */
    public List<Task> humanEval() throws IOException {
        return lines("HumanEval.jsonl")
                .map(
                        problem ->
                                new Task(
                                        problem.taskId,
                                        TaskKind.COMPLETION,
                                        problem.prompt,
                                        null,
                                        problem.canonicalSolution,
                                        new PassesTests("", problem.call())))
                .toList();
    }

    /**
     * A corrected function, given a buggy one with its docstring and, in a comment, the request to
     * fix it. The function's header need not be written again.
     *
     * @throws IOException if the file is missing or malformed
     */
    public List<Task> humanEvalFix() throws IOException {
        return lines("humanevalpack-python.jsonl")
                .map(
                        problem ->
                                new Task(
                                        problem.taskId,
                                        TaskKind.EDIT,
                                        problem.prompt
                                                + problem.buggySolution
                                                + "\n# Fix the bug in "
                                                + problem.entryPoint
                                                + ".\n",
                                        null,
                                        problem.prompt + problem.canonicalSolution,
                                        new PassesTests(problem.header(), problem.test)))
                .toList();
    }

    /**
     * A line of a function, given what is before and after it.
     *
     * @throws IOException if the file is missing or malformed
     */
    public List<Task> infilling() throws IOException {
        return lines("HumanEval-SingleLineInfilling.jsonl")
                .map(
                        problem ->
                                new Task(
                                        problem.taskId,
                                        TaskKind.INFILLING,
                                        problem.prompt,
                                        problem.suffix,
                                        problem.canonicalSolution,
                                        new PassesTests("", problem.call())))
                .toList();
    }

    /**
     * A function's body, given its signature and, as docstring, what it is to do and a test.
     *
     * @throws IOException if the file is missing or malformed
     */
    public List<Task> mbpp() throws IOException {
        Path file = folder.resolve("sanitized-mbpp.json");
        try {
            MbppProblem[] problems = GSON.fromJson(Files.readString(file), MbppProblem[].class);
            return Stream.of(problems).map(MbppProblem::task).toList();
        } catch (JsonParseException e) {
            throw new IOException(file + ": expected a list of problems: " + e.getMessage(), e);
        }
    }

    private Stream<Problem> lines(String name) throws IOException {
        Path file = folder.resolve(name);
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> GSON.fromJson(line, Problem.class))
                    .toList()
                    .stream();
        } catch (JsonParseException e) {
            throw new IOException(file + ": expected a problem a line: " + e.getMessage(), e);
        }
    }
}
