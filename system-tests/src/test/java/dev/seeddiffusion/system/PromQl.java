package dev.seeddiffusion.system;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which metrics a query of Prometheus is about. */
final class PromQl {

    private static final Pattern LABELS =
            Pattern.compile(
                    "\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring|group_left|group_right) *(\\([^)]*\\))?");
    private static final Pattern NAME = Pattern.compile("\\b[a-z_][a-z0-9_]*\\b(?! *\\()");
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z][a-z0-9_]*)[{ ]");

    private PromQl() {}

    /** Names in a query that are no functions and no labels. */
    static Set<String> metrics(String query) {
        return NAME.matcher(LABELS.matcher(query).replaceAll(" "))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Names of what a service tells when it is scraped. */
    static Set<String> told(String scraped) {
        return SERIES.matcher(scraped)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
