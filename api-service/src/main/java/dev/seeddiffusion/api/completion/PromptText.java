package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.ChatMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One text to be written, as often as is asked for.
 *
 * @param before text before it
 * @param after text after it; null if nothing is said of what follows
 * @param edit whether it is to be the text before it, changed in places
 * @param messages the conversation that this is the answer to, for models that were taught to
 *     converse; null if there is none
 */
record PromptText(
        String before, @Nullable String after, boolean edit, @Nullable List<ChatMessage> messages)
        implements Work {

    PromptText(String before, @Nullable String after, boolean edit) {
        this(before, after, edit, null);
    }

    PromptText answering(List<ChatMessage> conversation) {
        return new PromptText(before, after, edit, conversation);
    }

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
