package dev.seeddiffusion.training.suite;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A problem of MBPP as published: a sentence, a solution and tests. */
record MbppProblem(
        int taskId, String prompt, String code, List<String> testImports, List<String> testList) {
    private static final Pattern FUNCTION =
            Pattern.compile("^def\\s+(\\w+)\\s*\\((.*?)\\)\\s*:", Pattern.MULTILINE);

    private static final Pattern IMPORT = Pattern.compile("^(import|from)\\s");

    /**
     * As the stub of the function that the tests call. The published solution, which may import and
     * define other functions first, becomes a body: it defines itself in there, and is called.
     */
    Task task() {
        MatchResult function =
                FUNCTION.matcher(code)
                        .results()
                        .filter(match -> isTested(match.group(1)))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "MBPP %d: no function is tested"
                                                        .formatted(taskId)));
        String name = function.group(1);
        String parameters = function.group(2);
        String stub =
                "def %s(%s):\n    \"\"\"\n    %s\n\n    %s\n    \"\"\"\n"
                        .formatted(name, parameters, prompt.strip(), testList.getFirst());
        return new Task(
                "MBPP/" + taskId,
                TaskKind.COMPLETION,
                stub,
                null,
                body("return %s(%s)".formatted(name, arguments(parameters))),
                new PassesTests("", tests()));
    }

    /** With the published solution's imports, for some tests lean on them. */
    private String tests() {
        Stream<String> imports = code.lines().filter(line -> IMPORT.matcher(line).find());
        return Stream.of(imports, testImports.stream(), testList.stream())
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private boolean isTested(String name) {
        Pattern call = Pattern.compile("\\b" + name + "\\s*\\(");
        return testList.stream().anyMatch(test -> call.matcher(test).find());
    }

    private String body(String last) {
        return (code + "\n" + last)
                .lines()
                .map(line -> line.isBlank() ? "\n" : "    " + line + "\n")
                .collect(Collectors.joining());
    }

    private static String arguments(String parameters) {
        return Stream.of(parameters.split(","))
                .map(parameter -> parameter.replaceFirst("[=:].*", "").strip())
                .collect(Collectors.joining(", "));
    }
}
