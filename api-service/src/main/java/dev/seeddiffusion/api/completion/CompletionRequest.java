package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

/** Reads {@code /v1/completions} and {@code /v1/fim/completions}: a prompt, perhaps a suffix. */
final class CompletionRequest {

    /** How some editors say that nothing follows, as that is no suffix to fill a hole before. */
    private static final String NOTHING_FOLLOWS = "<|endoftext|>";

    private static final int MOST_ALTERNATIVES = 5;

    private CompletionRequest() {}

    /**
     * @throws ApiException 400 that names the first parameter at fault
     */
    static Question parse(Parameters parameters) {
        String prompt = prompt(parameters.take("prompt"));
        String suffix = parameters.string("suffix");
        boolean echo = parameters.flag("echo");
        boolean logprobs = logprobs(parameters);
        if (echo && logprobs) {
            throw ApiException.invalid(
                    "logprobs",
                    "logprobs are of what is written, not of the prompt: leave echo out.");
        }
        SamplingRequest sampling = SamplingRequest.take(parameters, "max_tokens", logprobs);
        Predicate<JsonNode> isN = SamplingRequest.isNumber(sampling.n());
        parameters.unsupported("best_of", isN, "leave it out, all n are answered");
        parameters.refuseRest();
        boolean hole = suffix != null && !suffix.isEmpty() && !suffix.equals(NOTHING_FOLLOWS);
        return new Question(
                sampling,
                new PromptText(prompt, hole ? suffix : null, false),
                new TextShape(echo ? prompt : "", prompt));
    }

    private static boolean logprobs(Parameters parameters) {
        Integer alternatives = parameters.integer("logprobs", 0, MOST_ALTERNATIVES);
        if (alternatives != null && alternatives > 0) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "logprobs",
                    "unsupported_parameter",
                    "logprobs is %d, but alternatives are not kept: send 0 for the written tokens'."
                            .formatted(alternatives));
        }
        return alternatives != null;
    }

    private static String prompt(@Nullable JsonNode value) {
        String wanted = "a string, or an array of exactly one string; token ids are not accepted";
        if (value == null) {
            throw ApiException.missing("prompt", "send the text to continue, such as \"def f():\"");
        }
        if (value.isArray() && value.size() != 1) {
            throw ApiException.invalid(
                    "prompt",
                    "prompt is an array of %d elements, but must be %s."
                            .formatted(value.size(), wanted));
        }
        return Parameters.text("prompt", value.isArray() ? value.get(0) : value, wanted);
    }
}
