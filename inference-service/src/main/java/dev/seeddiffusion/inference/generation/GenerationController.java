package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import jakarta.validation.Valid;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** {@code POST /generations}, for the api-service. */
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
}
