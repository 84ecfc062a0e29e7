package dev.seeddiffusion.api.description;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document says what is served, no more and no less. */
@ApiServiceTest
class DescriptionTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mappings;

    private WebTestClient client;
    private JsonNode document;

    @BeforeEach
    void read() {
        backend.recovers();
        client = WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
        document =
                JSON.readTree(
                        client.get()
                                .uri("/v3/api-docs")
                                .exchange()
                                .expectStatus()
                                .isOk()
                                .expectHeader()
                                .contentType(MediaType.APPLICATION_JSON)
                                .expectBody(String.class)
                                .returnResult()
                                .getResponseBody());
    }

    @Test
    void every_path_is_described() {
        Set<String> served =
                mappings.getHandlerMethods().entrySet().stream()
                        .filter(
                                it ->
                                        it.getValue()
                                                .getBeanType()
                                                .getPackageName()
                                                .startsWith("dev.seeddiffusion.api"))
                        .flatMap(it -> it.getKey().getPatternsCondition().getPatterns().stream())
                        .map(Object::toString)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(document.get("paths").propertyNames())
                .containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void every_parameter_that_is_described_is_known_and_every_example_is_served() {
        document.get("paths")
                .forEachEntry(
                        (path, operations) -> {
                            // Without sign-on nobody keeps keys.
                            if (operations.has("post") && !path.startsWith("/admin")) {
                                require(path, operations.get("post"));
                            }
                        });
    }

    private void require(String path, JsonNode operation) {
        JsonNode schema = resolved(operation.at("/requestBody/content/application~1json/schema"));
        ObjectNode example = (ObjectNode) schema.get("example");
        Set<String> names = new TreeSet<>();
        addProperties(schema, names);
        names.removeIf(example::has);
        names.forEach(example::putNull);
        client.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(example.toString())
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();
    }

    private void addProperties(JsonNode schema, Set<String> names) {
        names.addAll(schema.path("properties").propertyNames());
        schema.path("allOf").forEach(part -> addProperties(resolved(part), names));
    }

    private JsonNode resolved(JsonNode schema) {
        return schema.has("$ref")
                ? document.at(schema.get("$ref").asString().substring("#".length()))
                : schema;
    }
}
