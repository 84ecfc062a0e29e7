package dev.seeddiffusion.api.completion;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a model that has learnt no chat is told what a user said. A message that holds one fenced
 * block of code and something else asks for that code to be changed accordingly; any other message
 * is text to go on with. Earlier messages and those of the system are not shown to it: it would
 * take them for code.
 */
final class ChatPrompt {

    private static final Pattern FENCED = Pattern.compile("```[^\\n`]*\\n([^`]*+)```");

    private ChatPrompt() {}

    static PromptText of(String message) {
        Matcher block = FENCED.matcher(message);
        if (!block.find()) {
            return PromptText.continuing(message);
        }
        String code = block.group(1);
        String around = message.substring(0, block.start()) + message.substring(block.end());
        return around.isBlank() || around.contains("```")
                ? PromptText.continuing(around.isBlank() ? code : message)
                : PromptText.editing(code, around);
    }
}
