package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.model.ServedModel;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.Edit;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What every endpoint that writes text lets a client ask for beside that text. What is not
 * supported is refused, unless it asks for what happens anyway.
 *
 * @param n texts of one prompt, each with a seed of its own
 * @param logprobs whether the log-probability of each token is wanted
 * @param provenance whether it is wanted when and how surely each token was placed
 */
record SamplingRequest(
        @Nullable String model,
        @Nullable Integer maxTokens,
        double temperature,
        double topP,
        long seed,
        List<String> stop,
        int n,
        boolean logprobs,
        boolean stream,
        boolean includeUsage,
        @Nullable Mode mode,
        @Nullable Integer blockTokens,
        @Nullable Double threshold,
        boolean diffusing,
        boolean provenance,
        @Nullable Integer maxSteps,
        @Nullable Integer deadlineMillis) {

    private static final int MAX_STOPS = 4;
    private static final int MAX_N = 8;

    /**
     * @param maxTokensName what the endpoint calls the most tokens of output
     * @throws ApiException 400 that names the first parameter at fault
     */
    static SamplingRequest take(Parameters parameters, String maxTokensName, boolean logprobs) {
        SamplingRequest request =
                new SamplingRequest(
                        parameters.string("model"),
                        parameters.tokens(maxTokensName),
                        orElse(parameters.number("temperature", 0, 2), 0.0),
                        orElse(parameters.positive("top_p", 1), 1.0),
                        orElse(
                                parameters.longInteger("seed"),
                                ThreadLocalRandom.current().nextLong()),
                        stop(parameters.take("stop")),
                        orElse(parameters.integer("n", 1, MAX_N), 1),
                        logprobs,
                        parameters.flag("stream"),
                        includeUsage(parameters.object("stream_options")),
                        parameters.choice("decoding", Mode.NAMES),
                        parameters.tokens("block_tokens"),
                        parameters.number("threshold", 0, 1),
                        parameters.flag("diffusing"),
                        parameters.flag("provenance"),
                        parameters.integer("max_steps", 1, Integer.MAX_VALUE),
                        parameters.integer(
                                "deadline_ms", 1, GenerationRequest.MAX_DEADLINE_MILLIS));
        if (!request.stream) {
            requireStream("stream_options", request.includeUsage);
            requireStream("diffusing", request.diffusing);
        }
        refuseUnsupported(parameters);
        return request;
    }

    /**
     * The same, as a replica is asked it.
     *
     * @param tenant who asks
     * @param index of the text, from 0
     * @throws ApiException 404 for another model, 400 for what does not fit into this one
     */
    GenerationRequest generation(
            String requestId,
            String tenant,
            PromptText prompt,
            int index,
            ModelDescription served) {
        if (model != null) {
            ServedModel.require(model, served);
        }
        requireWithinContext("max_tokens", maxTokens, served);
        requireWithinContext("block_tokens", blockTokens, served);
        Decoding decoding = decoding(served);
        if (logprobs && decoding == Decoding.DIFFUSION) {
            throw ApiException.invalid(
                    "logprobs",
                    "logprobs needs a decoding that writes one token after the other, such as"
                            + " lossless; of denoised blocks ask for provenance.");
        }
        return new GenerationRequest(
                index == 0 ? requestId : requestId + "-" + index,
                tenant,
                prompt.before(),
                prompt.after(),
                prompt.messages(),
                prompt.edit() ? edit() : null,
                maxTokens,
                temperature,
                topP,
                seed + index,
                stop,
                decoding,
                blockTokens,
                threshold == null && mode != null ? mode.threshold() : threshold,
                diffusing,
                maxSteps,
                deadlineMillis,
                null);
    }

    private Edit edit() {
        return mode == null ? Edit.KEEPING : mode.edit();
    }

    private Decoding decoding(ModelDescription served) {
        if (mode != null) {
            return mode.decoding();
        }
        return threshold != null ? Decoding.DIFFUSION : served.decoding(); // only that has one
    }

    private static List<String> stop(@Nullable JsonNode value) {
        if (value == null) {
            return List.of();
        }
        String wanted = "a string, or an array of at most " + MAX_STOPS + " strings, none empty";
        if (value.isArray() && value.size() > MAX_STOPS) {
            throw ApiException.invalid(
                    "stop",
                    "stop is an array of %d elements, but must be %s."
                            .formatted(value.size(), wanted));
        }
        List<String> stops =
                (value.isArray() ? value.values() : List.of(value))
                        .stream().map(element -> Parameters.text("stop", element, wanted)).toList();
        if (stops.contains("")) {
            throw ApiException.invalid(
                    "stop", "stop has an empty string, but must be " + wanted + ".");
        }
        return stops;
    }

    private static boolean includeUsage(@Nullable Parameters streamOptions) {
        if (streamOptions == null) {
            return false;
        }
        boolean includeUsage = streamOptions.flag("include_usage");
        streamOptions.refuseRest();
        return includeUsage;
    }

    private static void refuseUnsupported(Parameters parameters) {
        parameters.unsupported("presence_penalty", isNumber(0), "leave it out or send 0");
        parameters.unsupported("frequency_penalty", isNumber(0), "leave it out or send 0");
        parameters.unsupported(
                "logit_bias", value -> value.isObject() && value.isEmpty(), "leave it out");
        parameters.unsupported("user", _ -> false, "leave it out");
    }

    static Predicate<JsonNode> isNumber(int number) {
        return value -> value.isNumber() && value.doubleValue() == number;
    }

    private static void requireStream(String param, boolean asked) {
        if (asked) {
            throw ApiException.invalid(
                    param,
                    param + " is for streams, but stream is not true: set it or leave this out.");
        }
    }

    private static void requireWithinContext(
            String param, @Nullable Integer tokens, ModelDescription served) {
        if (tokens != null && tokens > served.contextTokens()) {
            throw ApiException.invalid(
                    param,
                    ("%s is %d, but the context of %s holds %d tokens, prompt and output together:"
                                    + " ask for less.")
                            .formatted(param, tokens, served.id(), served.contextTokens()));
        }
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return Objects.requireNonNullElse(value, otherwise);
    }
}
