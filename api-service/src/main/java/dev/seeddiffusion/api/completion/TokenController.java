package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.model.ServedModel;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code POST /tokenize} and {@code POST /detokenize}, in the form of other open servers. */
@RestController
class TokenController {

    private static final String WANTED = "an array of token ids, whole numbers from 0";

    private final GenerationBackend backend;
    private final Answering answering;

    TokenController(GenerationBackend backend, Answering answering) {
        this.backend = backend;
        this.answering = answering;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Tokens(int count, int maxModelLen, List<Integer> tokens) {}

    record Text(String prompt) {}

    @PostMapping(path = "/tokenize", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Tokens> tokenize(@RequestBody(required = false) Mono<byte[]> body) {
        return answering
                .parameters(body)
                .flatMap(
                        parameters -> {
                            String prompt = parameters.string("prompt");
                            return served(parameters)
                                    .flatMap(model -> tokens(require("prompt", prompt), model));
                        });
    }

    @PostMapping(path = "/detokenize", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Text> detokenize(@RequestBody(required = false) Mono<byte[]> body) {
        return answering
                .parameters(body)
                .flatMap(
                        parameters -> {
                            List<Integer> tokens = ids(parameters.take("tokens"));
                            return served(parameters).flatMap(_ -> backend.detokenize(tokens));
                        })
                .map(Text::new)
                .switchIfEmpty(
                        Mono.error(
                                () ->
                                        ApiException.invalid(
                                                "tokens",
                                                "tokens has an id that is no token of the model:"
                                                        + " send what /tokenize gave.")));
    }

    private Mono<Tokens> tokens(String prompt, ModelDescription model) {
        return backend.tokenize(prompt)
                .map(tokens -> new Tokens(tokens.size(), model.contextTokens(), tokens));
    }

    private Mono<ModelDescription> served(Parameters parameters) {
        String asked = parameters.string("model");
        parameters.refuseRest();
        return backend.model()
                .doOnNext(
                        model -> {
                            if (asked != null) {
                                ServedModel.require(asked, model);
                            }
                        });
    }

    private static List<Integer> ids(@Nullable JsonNode value) {
        JsonNode tokens = require("tokens", value);
        if (!tokens.isArray()) {
            throw Parameters.mustBe("tokens", WANTED, tokens);
        }
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : tokens) {
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
                throw Parameters.mustBe("tokens", WANTED, id);
            }
            ids.add(id.intValue());
        }
        return ids;
    }

    private static <T> T require(String name, @Nullable T value) {
        if (value == null) {
            throw ApiException.missing(name, "send it");
        }
        return value;
    }
}
