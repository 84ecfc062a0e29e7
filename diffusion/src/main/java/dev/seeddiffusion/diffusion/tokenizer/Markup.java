package dev.seeddiffusion.diffusion.tokenizer;

import java.util.Comparator;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Text in which what spells an added token is that token. */
final class Markup {

    /** A code point that Unicode keeps out of texts: breaks up what would spell an added token. */
    private static final String QUOTE = "\uFDD0";

    private final Map<String, Integer> tokens;

    /** Any token that can be quoted; of two that begin at a place the longer. */
    private final Pattern any;

    /**
     * @param tokens text to id
     */
    Markup(Map<String, Integer> tokens) {
        this.tokens = tokens;
        this.any =
                Pattern.compile(
                        tokens.keySet().stream()
                                .filter(it -> it.codePointCount(0, it.length()) > 1)
                                .sorted(Comparator.comparingInt(String::length).reversed())
                                .map(Pattern::quote)
                                .reduce((some, others) -> some + "|" + others)
                                .orElse("(?!)")); // matches nothing
    }

    /**
     * @param plain encodes the text between tokens
     */
    int[] encode(String text, Function<String, int[]> plain) {
        IntStream.Builder ids = IntStream.builder();
        Matcher marks = any.matcher(text);
        int from = 0;
        while (marks.find()) {
            IntStream.of(plain.apply(unquoted(text.substring(from, marks.start())))).forEach(ids);
            ids.add(tokens.get(marks.group()));
            from = marks.end();
        }
        IntStream.of(plain.apply(unquoted(text.substring(from)))).forEach(ids);
        return ids.build().toArray();
    }

    /** The same text, spelling no token. */
    String quoted(String text) {
        String quoted = unquoted(text);
        for (Matcher marks = any.matcher(quoted); marks.find(); marks.reset(quoted)) {
            int second = quoted.offsetByCodePoints(marks.start(), 1);
            quoted = quoted.substring(0, second) + QUOTE + quoted.substring(second);
        }
        return quoted;
    }

    private static String unquoted(String text) {
        return text.replace(QUOTE, "");
    }
}
