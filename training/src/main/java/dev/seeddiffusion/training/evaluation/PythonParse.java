package dev.seeddiffusion.training.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * What Python's parser says of a text.
 *
 * @param error why it does not parse, with the line; null if it parses
 * @param bodyStatements statements in the body of the first function, not counting docstrings,
 *     {@code pass} and {@code ...}; 0 if it does not parse or holds no function
 */
public record PythonParse(@Nullable String error, int bodyStatements) {
    /** True if the text is valid Python, however empty. */
    public boolean parses() {
        return error == null;
    }

    /** True if the text is valid Python and its first function does something. */
    public boolean hasBody() {
        return bodyStatements > 0;
    }
}
