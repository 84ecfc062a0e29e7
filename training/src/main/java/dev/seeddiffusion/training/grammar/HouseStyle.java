package dev.seeddiffusion.training.grammar;

import java.util.List;

/**
 * How a function is written, as far as its prompt shows. Bodies follow from it, as in the code of
 * people who have agreed on one way: who has read the prompt knows which of several right bodies is
 * meant.
 *
 * @param typed whether parameters have their types
 * @param longDocstring whether the docstring has lines of its own
 * @param singleQuotes whether it stands between single quotes
 */
record HouseStyle(boolean typed, boolean longDocstring, boolean singleQuotes) {
    private static final double SHARE_WITH_TYPES = 0.45;
    private static final double SHARE_OF_LONG_DOCSTRINGS = 0.25;
    private static final double SHARE_OF_SINGLE_QUOTES = 0.08;

    static HouseStyle of(Choices choices) {
        return new HouseStyle(
                choices.share("types") < SHARE_WITH_TYPES,
                choices.share("docstring") < SHARE_OF_LONG_DOCSTRINGS,
                choices.share("quotes") < SHARE_OF_SINGLE_QUOTES);
    }

    String quotes() {
        return singleQuotes ? "'''" : "\"\"\"";
    }

    /** With types the last of several ways to write the same, the newest; without the first. */
    <T> T among(List<T> ways) {
        return typed ? ways.getLast() : ways.getFirst();
    }
}
