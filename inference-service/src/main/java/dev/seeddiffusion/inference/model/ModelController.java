package dev.seeddiffusion.inference.model;

import dev.seeddiffusion.common.generation.ModelDescription;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /model}: what this replica serves. */
@RestController
class ModelController {

    private final ModelHost model;

    ModelController(ModelHost model) {
        this.model = model;
    }

    @GetMapping(path = "/model", produces = MediaType.APPLICATION_JSON_VALUE)
    ModelDescription model() {
        return model.description();
    }
}
