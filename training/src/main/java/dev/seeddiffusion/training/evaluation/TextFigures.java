package dev.seeddiffusion.training.evaluation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Figures of a text that need no execution. */
public final class TextFigures {
    private static final Pattern LEXEME = Pattern.compile("\\w+|[^\\w\\s]");
    private static final int GRAM = 4;

    private TextFigures() {}

    /** 1 − Levenshtein distance in characters ÷ length of the longer text; 1 for equal texts. */
    public static double editSimilarity(String a, String b) {
        int longer = Math.max(a.length(), b.length());
        if (longer == 0) {
            return 1;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return 1 - (double) row[b.length()] / longer;
    }

    /**
     * The share of runs of four words or signs that occurred before in the text; 0 for a text with
     * none. Words and signs, not a model's tokens, so that models can be compared.
     */
    public static double repetition(String text) {
        List<String> lexemes = LEXEME.matcher(text).results().map(MatchResult::group).toList();
        int grams = lexemes.size() - GRAM + 1;
        if (grams < 1) {
            return 0;
        }
        Set<List<String>> seen = new HashSet<>();
        int repeated = 0;
        for (int i = 0; i < grams; i++) {
            repeated += seen.add(lexemes.subList(i, i + GRAM)) ? 0 : 1;
        }
        return (double) repeated / grams;
    }
}
