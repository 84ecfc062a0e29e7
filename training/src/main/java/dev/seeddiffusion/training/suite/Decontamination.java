package dev.seeddiffusion.training.suite;

import dev.seeddiffusion.training.corpus.FunctionPrompt;
import dev.seeddiffusion.training.corpus.SourceFunction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Finds functions of a corpus that give a benchmark away: they share ten words or signs in a row
 * with a solution, or a name and docstring with a problem. Case, layout and comments do not count.
 * Finds harmless idioms as well: a function too few does no harm. Immutable and thread-safe.
 */
public final class Decontamination {
    private static final int GRAM = 10;
    private static final Pattern COMMENT = Pattern.compile("#.*");
    private static final Pattern LEXEME = Pattern.compile("\\w+|[^\\w\\s]");
    private static final Pattern NAME = Pattern.compile("\\bdef\\s+(\\w+)");
    private static final Pattern DOCSTRING =
            Pattern.compile("(\"\"\"|''')(.*?)\\1", Pattern.DOTALL);

    private final Set<List<String>> grams = new HashSet<>();

    /** Names with their docstrings. */
    private final Set<List<String>> headings = new HashSet<>();

    /**
     * @param tasks of the benchmarks
     */
    public Decontamination(List<Task> tasks) {
        for (Task task : tasks) {
            grams.addAll(grams(solution(task)));
            NAME.matcher(task.prompt())
                    .results()
                    .map(name -> heading(name.group(1), task.prompt()))
                    .forEach(headings::add);
        }
        headings.removeIf(heading -> heading.size() == 1); // a name alone gives nothing away
    }

    /** Whether the function must not be trained on. */
    public boolean contains(SourceFunction function) {
        if (headings.contains(heading(function.name(), function.code()))) {
            return true;
        }
        String body =
                FunctionPrompt.of(function.code())
                        .map(FunctionPrompt::body)
                        .orElse(function.code());
        return grams(body).stream().anyMatch(grams::contains);
    }

    private static String solution(Task task) {
        return switch (task.kind()) {
            case COMPLETION, INFILLING, UNIT_TEST -> task.answer();
            case EDIT -> FunctionPrompt.of(task.answer()).map(FunctionPrompt::body).orElse("");
        };
    }

    private static List<String> heading(String name, String code) {
        return DOCSTRING
                .matcher(code)
                .results()
                .findFirst()
                .map(docstring -> lexemes(name + " " + docstring.group(2)))
                .orElse(List.of(name));
    }

    private static Set<List<String>> grams(String code) {
        List<String> lexemes = lexemes(COMMENT.matcher(code).replaceAll(""));
        Set<List<String>> grams = new HashSet<>();
        for (int i = 0; i + GRAM <= lexemes.size(); i++) {
            grams.add(lexemes.subList(i, i + GRAM));
        }
        return grams;
    }

    private static List<String> lexemes(String text) {
        return LEXEME.matcher(text.toLowerCase()).results().map(MatchResult::group).toList();
    }
}
