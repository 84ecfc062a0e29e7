package dev.seeddiffusion.api.model;

import dev.seeddiffusion.common.generation.GenerationBackend;
import java.time.Instant;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}}. */
@RestController
@RequestMapping(path = "/v1/models", produces = MediaType.APPLICATION_JSON_VALUE)
class ModelController {

    private final GenerationBackend backend;
    private final long started = Instant.now().getEpochSecond();

    ModelController(GenerationBackend backend) {
        this.backend = backend;
    }

    @GetMapping
    Mono<ModelList> models() {
        return backend.model()
                .map(model -> new ModelList("list", List.of(Model.of(model, started))));
    }

    @GetMapping("/{id}")
    Mono<Model> model(@PathVariable String id) {
        return backend.model()
                .doOnNext(served -> ServedModel.require(id, served))
                .map(served -> Model.of(served, started));
    }

    record ModelList(String object, List<Model> data) {}
}
