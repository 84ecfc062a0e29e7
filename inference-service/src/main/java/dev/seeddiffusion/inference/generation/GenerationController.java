package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.TokenizedText;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /generations}, and what its tokens are, for the api-service. */
@RestController
class GenerationController {

    private final GenerationBackend backend;

    GenerationController(GenerationBackend backend) {
        this.backend = backend;
    }

    /**
     * One NDJSON line per event. Closing the connection cancels; there is no step after this one.
     */
    @PostMapping(path = "/generations", produces = MediaType.APPLICATION_NDJSON_VALUE)
    Flux<GenerationEvent> generate(@Valid @RequestBody GenerationRequest request) {
        return backend.generate(request);
    }

    @PostMapping("/tokenize")
    Mono<TokenizedText> tokenize(@RequestBody TokenizedText asked) {
        String text = Objects.requireNonNullElse(asked.text(), "");
        return backend.tokenize(text).map(tokens -> new TokenizedText(text, tokens));
    }

    /** Without a text in the answer if a token is not known. */
    @PostMapping("/detokenize")
    Mono<TokenizedText> detokenize(@RequestBody TokenizedText asked) {
        List<Integer> tokens = Objects.requireNonNullElse(asked.tokens(), List.of());
        return backend.detokenize(tokens)
                .map(text -> new TokenizedText(text, tokens))
                .defaultIfEmpty(new TokenizedText(null, tokens));
    }
}
