package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import org.jspecify.annotations.Nullable;

/** Reads an edit that says plainly what is to be changed, and how: {@code code, instruction}. */
final class EditRequest {

    private EditRequest() {}

    /**
     * @throws ApiException 400 that names the first parameter at fault
     */
    static Question parse(Parameters parameters) {
        String code = required("code", parameters.string("code"));
        String instruction = required("instruction", parameters.string("instruction"));
        if (instruction.isBlank()) {
            throw ApiException.invalid(
                    "instruction", "instruction is blank: say what to change, as Fix the bug.");
        }
        SamplingRequest sampling = SamplingRequest.take(parameters, "max_tokens", false);
        parameters.refuseRest();
        return new Question(sampling, PromptText.editing(code, instruction), new TextShape("", ""));
    }

    private static String required(String name, @Nullable String value) {
        if (value == null) {
            throw ApiException.missing(name, "send the code to change and an instruction");
        }
        return value;
    }
}
