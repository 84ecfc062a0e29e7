package dev.seeddiffusion.training;

import dev.seeddiffusion.training.evaluation.Answers;
import dev.seeddiffusion.training.evaluation.EndpointAnswers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who answers: a checkpoint or, instead, a server, the right answers, or empty ones. */
final class AnswerOptions {

    private static final int USUAL_MAX_TOKENS = 512;

    @Mixin private ModelOptions modelOptions = new ModelOptions();

    @Mixin private SamplingOptions sampling = new SamplingOptions();

    @ArgGroup private @Nullable Instead instead;

    @Option(
            names = "--served-model",
            paramLabel = "NAME",
            description = "The model's name at the endpoint; ours need none.")
    private @Nullable String servedModel;

    @Option(
            names = "--api-key-env",
            paramLabel = "NAME",
            description = "Environment variable that holds the endpoint's key.")
    private @Nullable String apiKeyVariable;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description =
                    "Most tokens of an answer, by default 512, and less where the context leaves"
                            + " less; of an endpoint by default what it does without being told.")
    private @Nullable Integer maxTokens;

    private static final class Instead {
        @Option(
                names = "--endpoint",
                paramLabel = "URL",
                description = "Ask a server with OpenAI's completions instead; URL ends in /v1.")
        private @Nullable URI endpoint;

        @Option(names = "--canonical", description = "Judge the right answers: all must pass.")
        private boolean canonical;

        @Option(names = "--emptied", description = "Judge empty answers: none may pass.")
        private boolean emptied;
    }

    /** The checkpoint; null if another answers. */
    @Nullable LoadedModel load() {
        return instead == null ? modelOptions.load() : null;
    }

    Answers answers(@Nullable LoadedModel loaded) {
        if (loaded != null) {
            return new ModelAnswers(
                    loaded,
                    (room, output) -> sampling.settings(loaded, room, output, false),
                    maxTokens == null ? USUAL_MAX_TOKENS : maxTokens);
        }
        if (instead == null || instead.endpoint == null) {
            return instead != null && instead.emptied ? Answers.emptied() : Answers.canonical();
        }
        return new EndpointAnswers(
                new EndpointAnswers.Settings(
                        instead.endpoint,
                        servedModel,
                        maxTokens,
                        sampling.temperature(),
                        sampling.topP(),
                        sampling.seed()),
                apiKeyVariable == null ? null : System.getenv(apiKeyVariable));
    }

    /** What the answers depend on. */
    Map<String, Object> settings(@Nullable LoadedModel loaded) throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model());
        if (loaded != null) {
            settings.put(
                    "model_written",
                    Files.getLastModifiedTime(modelOptions.folder().resolve("model.safetensors"))
                            .toString());
            settings.put("decoding", sampling.decoding(loaded).name().toLowerCase());
            settings.putAll(modelOptions.figures(loaded));
        }
        settings.put("temperature", sampling.temperature());
        settings.put("top_p", sampling.topP());
        settings.put("seed", sampling.seed());
        settings.put("max_tokens", maxTokens == null ? "default" : maxTokens);
        return settings;
    }

    private String model() {
        if (instead == null) {
            return modelOptions.folder().toString();
        }
        if (instead.endpoint != null) {
            return (servedModel == null ? "the model" : servedModel) + " at " + instead.endpoint;
        }
        return instead.emptied ? "emptied answers" : "right answers";
    }
}
