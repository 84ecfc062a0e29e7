package dev.seeddiffusion.training.task;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A text with a part taken out.
 *
 * @param before text before the hole
 * @param middle what was taken out, never empty
 * @param after text after it
 */
public record Hole(String before, String middle, String after) {
    private static final double SHARE_OF_WHOLE_LINES = 0.6;
    private static final Pattern WORD_START =
            Pattern.compile("(?<![\\w \\n])(?=[\\w])|(?<=\\w)(?!\\w)");

    /**
     * Takes out some whole lines of a text, or a part of one line.
     *
     * @param text at least one line, ending with a newline
     * @param from where the hole may begin: the start of a line that is not blank
     */
    public static Hole of(String text, int from, Random random) {
        int[] lines =
                IntStream.concat(
                                IntStream.of(from),
                                IntStream.range(from, text.length())
                                        .filter(i -> text.charAt(i) == '\n')
                                        .map(i -> i + 1))
                        .toArray();
        int first = random.nextInt(lines.length - 1);
        if (random.nextDouble() < SHARE_OF_WHOLE_LINES) {
            int most = Math.min(lines.length - 1 - first, 4);
            return cut(text, lines[first], lines[first + 1 + random.nextInt(most)]);
        }
        int end = lines[first + 1] - 1;
        Matcher boundaries = WORD_START.matcher(text).region(lines[first], end);
        boundaries.useTransparentBounds(true);
        int[] cuts = boundaries.results().mapToInt(match -> match.start()).toArray();
        if (cuts.length < 2) {
            return cut(text, lines[first], lines[first + 1]);
        }
        int a = random.nextInt(cuts.length - 1);
        int b = a + 1 + random.nextInt(cuts.length - 1 - a);
        return cut(text, cuts[a], cuts[b]);
    }

    private static Hole cut(String text, int from, int to) {
        return new Hole(text.substring(0, from), text.substring(from, to), text.substring(to));
    }
}
