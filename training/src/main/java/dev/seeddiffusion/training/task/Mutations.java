package dev.seeddiffusion.training.task;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Small mistakes in a function's body: an operator, a constant or a condition changed at one place.
 *
 * <p>Source: the operators of mutation testing (relational, arithmetic, logical, constant,
 * statement negation), in their textual form.
 */
final class Mutations {

    private record Operator(Pattern from, String to) {}

    private static final List<Operator> OPERATORS =
            List.of(
                    operator(" < ", " <= "),
                    operator(" <= ", " < "),
                    operator(" > ", " >= "),
                    operator(" >= ", " > "),
                    operator(" > ", " < "),
                    operator(" < ", " > "),
                    operator(" == ", " != "),
                    operator(" != ", " == "),
                    operator(" \\+ ", " - "),
                    operator(" - ", " + "),
                    operator(" \\* ", " + "),
                    operator(" // ", " * "),
                    operator(" \\+= ", " -= "),
                    operator(" \\*= ", " += "),
                    operator("% 2\\b", "% 3"),
                    operator("% 10\\b", "% 2"),
                    operator("\\*\\* 2\\b", "** 3"),
                    operator("\\*\\* 3\\b", "** 2"),
                    operator("= 0\\b", "= 1"),
                    operator("= 1\\b", "= 0"),
                    operator(" and ", " or "),
                    operator(" or ", " and "),
                    operator("(?<!for \\w{1,30}|not) in ", " not in "),
                    operator("\\bnot ", ""),
                    operator("\\bTrue\\b", "False"),
                    operator("\\bFalse\\b", "True"),
                    operator("\\bmax\\(", "min("),
                    operator("\\bmin\\(", "max("),
                    operator("\\bany\\(", "all("),
                    operator("\\ball\\(", "any("),
                    operator("\\bsorted\\(", "list("),
                    operator("\\[::-1\\]", ""),
                    operator("\\[:1\\]", "[-1:]"),
                    operator("\\[-1:\\]", "[:1]"),
                    operator("\\.upper\\(\\)", ".lower()"),
                    operator("\\.lower\\(\\)", ".upper()"),
                    operator("\\.isupper\\(\\)", ".islower()"),
                    operator("\\.islower\\(\\)", ".isupper()"),
                    operator("\\.startswith\\(", ".endswith("),
                    operator("\\.endswith\\(", ".startswith("),
                    operator("\\.append\\(", ".remove("),
                    operator("range\\(1, (\\w+) \\+ 1\\)", "range(1, $1)"),
                    operator("\\babs\\((\\w+)\\)", "$1"),
                    operator("\\bcontinue\\b", "break"));

    private Mutations() {}

    /** All bodies that differ from {@code body} by one application of one operator. */
    static List<String> of(String body) {
        List<String> mutants = new ArrayList<>();
        for (Operator operator : OPERATORS) {
            Matcher matcher = operator.from.matcher(body);
            for (int places = 0; matcher.find(); places++) {
                mutants.add(replaced(body, operator, places));
            }
        }
        return mutants;
    }

    private static String replaced(String body, Operator operator, int place) {
        Matcher matcher = operator.from.matcher(body);
        StringBuilder mutant = new StringBuilder();
        for (int i = 0; matcher.find(); i++) {
            matcher.appendReplacement(mutant, i == place ? operator.to : "$0");
        }
        return matcher.appendTail(mutant).toString();
    }

    private static Operator operator(String from, String to) {
        return new Operator(Pattern.compile(from), to);
    }
}
