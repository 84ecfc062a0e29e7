package dev.seeddiffusion.training.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * One logical line of Python: the physical lines that brackets, backslashes and multi-line strings
 * hold together. A lexer's worth of Python and no more, so that code of any Python version, and
 * code that does not parse, can still be cut into functions.
 *
 * @param source the whole text; the other components are offsets into it
 * @param start where the line begins
 * @param codeStart the first character that is no indentation
 * @param codeEnd after the last character that is neither white space nor comment; equal to {@code
 *     codeStart} if the line holds no code
 * @param end after the newline
 */
record LogicalLine(String source, int start, int codeStart, int codeEnd, int end) {
    /** Cuts {@code source}, whose lines must end with {@code \n}, into logical lines. */
    static List<LogicalLine> of(String source) {
        List<LogicalLine> lines = new ArrayList<>();
        for (int start = 0; start < source.length(); ) {
            LogicalLine line = scan(source, start);
            lines.add(line);
            start = line.end;
        }
        return lines;
    }

    boolean isEmpty() {
        return codeStart == codeEnd;
    }

    boolean isDecorator() {
        return source.startsWith("@", codeStart);
    }

    boolean isFunction() {
        return source.startsWith("def ", codeStart) || source.startsWith("async def ", codeStart);
    }

    /** A function whose body does not stand on the same line. */
    boolean isSignature() {
        return isFunction() && source.charAt(codeEnd - 1) == ':';
    }

    /** One string literal that Python takes for a docstring, and nothing else. */
    boolean isDocstring() {
        int quote = quoteAt();
        return quote < codeEnd
                && isQuote(source.charAt(quote))
                && endOfString(source, quote) == codeEnd;
    }

    /** The text between the quotes of a docstring. */
    String docstring() {
        int quote = quoteAt();
        int quotes = isTriple(source, quote) ? 3 : 1;
        return source.substring(quote + quotes, codeEnd - quotes).strip();
    }

    String code() {
        return source.substring(codeStart, codeEnd);
    }

    int indentation() {
        return codeStart - start;
    }

    private int quoteAt() {
        boolean prefixed = codeStart < codeEnd && "rRuU".indexOf(source.charAt(codeStart)) >= 0;
        return prefixed ? codeStart + 1 : codeStart;
    }

    private static LogicalLine scan(String source, int start) {
        int codeStart = start;
        while (codeStart < source.length() && " \t\f".indexOf(source.charAt(codeStart)) >= 0) {
            codeStart++;
        }
        int depth = 0;
        int codeEnd = codeStart;
        int i = codeStart;
        while (i < source.length()) {
            char c = source.charAt(i);
            switch (c) {
                case '\n' -> {
                    i++;
                    if (depth == 0) {
                        return new LogicalLine(source, start, codeStart, codeEnd, i);
                    }
                }
                case ' ', '\t', '\f' -> i++;
                case '#' -> i = endOfLine(source, i);
                case '\'', '"' -> codeEnd = i = endOfString(source, i);
                case '\\' -> codeEnd = i = Math.min(i + 2, source.length());
                case '(', '[', '{' -> {
                    depth++;
                    codeEnd = ++i;
                }
                case ')', ']', '}' -> {
                    depth = Math.max(0, depth - 1);
                    codeEnd = ++i;
                }
                default -> codeEnd = ++i;
            }
        }
        return new LogicalLine(source, start, codeStart, codeEnd, i);
    }

    private static int endOfLine(String source, int from) {
        int newline = source.indexOf('\n', from);
        return newline < 0 ? source.length() : newline;
    }

    /** After the closing quotes; an unclosed string ends with its line or, if triple, the text. */
    private static int endOfString(String source, int quote) {
        boolean triple = isTriple(source, quote);
        String closing = source.substring(quote, triple ? quote + 3 : quote + 1);
        for (int i = quote + closing.length(); i < source.length(); i++) {
            if (source.startsWith(closing, i)) {
                return i + closing.length();
            }
            if (source.charAt(i) == '\\') {
                i++; // raw strings, too, do not end at an escaped quote
            } else if (!triple && source.charAt(i) == '\n') {
                return i;
            }
        }
        return source.length();
    }

    private static boolean isTriple(String source, int quote) {
        char c = source.charAt(quote);
        return source.startsWith("" + c + c + c, quote);
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }
}
