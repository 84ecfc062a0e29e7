package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.model.ServedModel;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

/**
 * What a client asks for, checked as far as that is possible without the model.
 *
 * <p>OpenAI's parameters that are supported: {@code model}, {@code prompt} (one string), {@code
 * max_tokens}, {@code temperature}, {@code top_p}, {@code seed}, {@code stop}, {@code stream},
 * {@code stream_options.include_usage}. Ours: {@code decoding} ({@code diffusion}, {@code
 * autoregressive} or {@code lossless}), {@code block_tokens}, {@code threshold}, {@code diffusing}
 * (stream the canvas as well), {@code deadline_ms} (end with what there is by then). Everything
 * else is refused unless it asks for what happens anyway.
 */
record CompletionRequest(
        @Nullable String model,
        String prompt,
        @Nullable Integer maxTokens,
        double temperature,
        double topP,
        long seed,
        List<String> stop,
        boolean stream,
        boolean includeUsage,
        @Nullable Decoding decoding,
        @Nullable Integer blockTokens,
        @Nullable Double threshold,
        boolean diffusing,
        @Nullable Integer deadlineMillis) {

    private static final int MAX_STOPS = 4;
    private static final Map<String, Decoding> DECODINGS = new LinkedHashMap<>();

    static {
        DECODINGS.put("diffusion", Decoding.DIFFUSION);
        DECODINGS.put("autoregressive", Decoding.AUTOREGRESSIVE);
        DECODINGS.put("lossless", Decoding.LOSSLESS);
    }

    /**
     * @throws ApiException 400 that names the first parameter at fault
     */
    static CompletionRequest parse(byte[] body) {
        Parameters parameters = Parameters.parse(body);
        CompletionRequest request =
                new CompletionRequest(
                        parameters.string("model"),
                        prompt(parameters.take("prompt")),
                        parameters.tokens("max_tokens"),
                        orElse(parameters.number("temperature", 0, 2), 0.0),
                        orElse(parameters.positive("top_p", 1), 1.0),
                        orElse(
                                parameters.longInteger("seed"),
                                ThreadLocalRandom.current().nextLong()),
                        stop(parameters.take("stop")),
                        parameters.flag("stream"),
                        includeUsage(parameters.object("stream_options")),
                        parameters.choice("decoding", DECODINGS),
                        parameters.tokens("block_tokens"),
                        parameters.number("threshold", 0, 1),
                        parameters.flag("diffusing"),
                        parameters.integer(
                                "deadline_ms", 1, GenerationRequest.MAX_DEADLINE_MILLIS));
        if (!request.stream) {
            requireStream("stream_options", request.includeUsage);
            requireStream("diffusing", request.diffusing);
        }
        refuseUnsupported(parameters);
        parameters.refuseRest();
        return request;
    }

    /**
     * The same, as a replica is asked it.
     *
     * @param tenant who asks
     * @throws ApiException 404 for another model, 400 for what does not fit into this one
     */
    GenerationRequest generation(String requestId, String tenant, ModelDescription served) {
        if (model != null) {
            ServedModel.require(model, served);
        }
        requireWithinContext("max_tokens", maxTokens, served);
        requireWithinContext("block_tokens", blockTokens, served);
        return new GenerationRequest(
                requestId,
                tenant,
                prompt,
                maxTokens,
                temperature,
                topP,
                seed,
                stop,
                decoding == null && (diffusing || threshold != null)
                        ? Decoding.DIFFUSION // what only denoising has asks for it
                        : decoding,
                blockTokens,
                threshold,
                diffusing,
                deadlineMillis,
                null);
    }

    private static String prompt(@Nullable JsonNode value) {
        String wanted = "a string, or an array of exactly one string; token ids are not accepted";
        if (value == null) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "prompt",
                    "missing_required_parameter",
                    "prompt is missing: send the text to continue, such as \"def f():\".");
        }
        if (value.isArray() && value.size() != 1) {
            throw ApiException.invalid(
                    "prompt",
                    "prompt is an array of %d elements, but must be %s."
                            .formatted(value.size(), wanted));
        }
        return Parameters.text("prompt", value.isArray() ? value.get(0) : value, wanted);
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
        parameters.unsupported("n", isNumber(1), "one completion a request, leave it out");
        parameters.unsupported("best_of", isNumber(1), "one completion a request, leave it out");
        parameters.unsupported("echo", isFalse(), "the prompt is not repeated, leave it out");
        parameters.unsupported("logprobs", never(), "leave it out");
        parameters.unsupported("suffix", never(), "leave it out");
        parameters.unsupported("presence_penalty", isNumber(0), "leave it out or send 0");
        parameters.unsupported("frequency_penalty", isNumber(0), "leave it out or send 0");
        parameters.unsupported(
                "logit_bias", value -> value.isObject() && value.isEmpty(), "leave it out");
        parameters.unsupported("user", never(), "leave it out");
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

    private static Predicate<JsonNode> isNumber(int number) {
        return value -> value.isNumber() && value.doubleValue() == number;
    }

    private static Predicate<JsonNode> isFalse() {
        return value -> value.isBoolean() && !value.booleanValue();
    }

    private static Predicate<JsonNode> never() {
        return _ -> false;
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return Objects.requireNonNullElse(value, otherwise);
    }
}
