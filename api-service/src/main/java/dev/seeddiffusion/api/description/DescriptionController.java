package dev.seeddiffusion.api.description;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /v3/api-docs}: the API as an OpenAPI document. It is written by hand, since bodies are
 * read parameter by parameter and no class has their form; a test holds it to what is served.
 */
@RestController
class DescriptionController {

    private static final Resource DOCUMENT = new ClassPathResource("openapi.json");

    @GetMapping(path = "/v3/api-docs", produces = MediaType.APPLICATION_JSON_VALUE)
    Resource document() {
        return DOCUMENT;
    }
}
