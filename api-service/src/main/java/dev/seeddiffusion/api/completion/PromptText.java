package dev.seeddiffusion.api.completion;

import org.jspecify.annotations.Nullable;

/**
 * One text to be written, as often as is asked for.
 *
 * @param before text before it
 * @param after text after it; null if nothing is said of what follows
 * @param edit whether it is to be the text before it, changed in places
 */
record PromptText(String before, @Nullable String after, boolean edit) implements Work {

    static PromptText continuing(String text) {
        return new PromptText(text, null, false);
    }

    /**
     * Code to be changed, in the form that the shipped models have learnt: the code, an empty line,
     * and the instruction as a comment. The answer begins with the code's first line.
     */
    static PromptText editing(String code, String instruction) {
        String end = code.endsWith("\n") ? "" : "\n";
        String comment = "# " + instruction.strip().replaceAll("\\R", "\n# ");
        return new PromptText(code + end + "\n" + comment + "\n", null, true);
    }
}
