package dev.seeddiffusion.training.grammar;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names of one function: a placeholder {@code $n} gets one of the names that {@code names.txt}
 * offers for it, keeps it, and shares it with no other placeholder. Parameters are called as chance
 * has it, and what local variables are called follows from the first of them.
 */
final class Names {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$([a-z]+)");
    private static final Map<String, List<String>> OFFERED =
            GrammarEntry.lines("names.txt").stream()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" +", 2))
                    .collect(Collectors.toMap(row -> row[0], row -> offered(row[1])));

    private final Map<String, String> chosen = new HashMap<>();
    private final List<String> parameters;
    private Choices choices;

    /**
     * @param parameters with their types, such as {@code $n: int}
     */
    Names(List<String> parameters, Choices choices) {
        this.choices = choices;
        this.parameters = parameters.stream().map(this::fill).toList();
        String first = this.parameters.getFirst().split(":")[0];
        this.choices = new Choices(first.hashCode());
    }

    /** The parameters by their names. */
    List<String> parameters() {
        return parameters;
    }

    /** Lets a placeholder stand for a text from now on. */
    Names with(String placeholder, String text) {
        chosen.put(placeholder, text);
        return this;
    }

    /** Such as {@code n, n, n, num} for {@code n*3, num}: a name is as likely as it is frequent. */
    static List<String> offered(String row) {
        return Arrays.stream(row.split(", "))
                .map(name -> name.split("\\*"))
                .flatMap(
                        name ->
                                Collections.nCopies(
                                        name.length == 1 ? 1 : Integer.parseInt(name[1]), name[0])
                                        .stream())
                .toList();
    }

    String fill(String template) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(name(match.group(1))));
    }

    private String name(String placeholder) {
        String name = chosen.get(placeholder);
        if (name == null) {
            List<String> offered = OFFERED.get(placeholder);
            if (offered == null) {
                throw new IllegalStateException("names.txt offers nothing for $" + placeholder);
            }
            List<String> free = offered.stream().filter(n -> !chosen.containsValue(n)).toList();
            if (free.isEmpty()) {
                throw new IllegalStateException("names.txt offers too few for $" + placeholder);
            }
            name = choices.among(placeholder, free);
            chosen.put(placeholder, name);
        }
        return name;
    }
}
