package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import java.util.List;

/**
 * Reads messages in which tags mark code, as Mercury's clients write them. Of an edit the region
 * between {@code code_to_edit} tags is rewritten, as the text outside of all tags asks; what else a
 * client tells of file and history is not shown to the model, which has learnt nothing of the kind.
 */
final class TaggedCode {

    private static final String CURSOR = "<|cursor|>";
    private static final List<String> CONTEXT =
            List.of("recently_viewed_code_snippets", "current_file_content", "edit_diff_history");

    /** What is asked for if nothing is said, in words that the shipped models know. */
    private static final String USUAL_INSTRUCTION = "Fix the bug.";

    private TaggedCode() {}

    /**
     * @throws ApiException 400 if there is no region to edit
     */
    static PromptText edit(String message) {
        String code = between("code_to_edit", message).replace(CURSOR, "");
        String instruction = without("code_to_edit", message);
        for (String tag : CONTEXT) {
            instruction = without(tag, instruction);
        }
        return PromptText.editing(code, instruction.isBlank() ? USUAL_INSTRUCTION : instruction);
    }

    /**
     * @throws ApiException 400 if the code or what to do with it is missing
     */
    static PromptText apply(String message) {
        return PromptText.editing(
                between("original_code", message), between("update_snippet", message));
    }

    /** Tags stand on lines of their own, which belong to them. */
    private static String between(String tag, String message) {
        int start = message.indexOf(opening(tag));
        int end = message.indexOf(closing(tag));
        if (start < 0 || end < start) {
            throw ApiException.invalid(
                    "messages",
                    "messages must end with one of the user that holds %s, code and %s."
                            .formatted(opening(tag), closing(tag)));
        }
        String code = message.substring(start + opening(tag).length(), end);
        return code.startsWith("\n") ? code.substring(1) : code;
    }

    private static String without(String tag, String message) {
        int start = message.indexOf(opening(tag));
        int end = message.indexOf(closing(tag), Math.max(start, 0));
        return start < 0 || end < 0
                ? message
                : message.substring(0, start) + message.substring(end + closing(tag).length());
    }

    private static String opening(String tag) {
        return "<|" + tag + "|>";
    }

    private static String closing(String tag) {
        return "<|/" + tag + "|>";
    }
}
