package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an overlay renders to, with the Secrets that whoever applies it brings. */
record Manifests(List<ObjectNode> objects) {

    private static final Path SECRETS = Path.of("secrets.example.yaml");

    /** A copy of its own for each call. */
    static Manifests of(String folder) {
        return new Manifests(
                Stream.concat(
                                Kustomization.render(Path.of(folder)).stream(),
                                Yaml.documents(SECRETS).stream())
                        .toList());
    }

    Stream<ObjectNode> all(String kind) {
        return objects.stream().filter(it -> it.path("kind").asText().equals(kind));
    }

    Optional<ObjectNode> find(String kind, String name) {
        return all(kind).filter(it -> it.at("/metadata/name").asText().equals(name)).findFirst();
    }

    ObjectNode get(String kind, String name) {
        return find(kind, name).orElseThrow();
    }

    /** Containers of a Deployment or a Pod, those that run before it included. */
    static Stream<JsonNode> containers(JsonNode podSpec) {
        return Stream.concat(
                Yaml.each(podSpec.path("initContainers")), Yaml.each(podSpec.path("containers")));
    }

    static JsonNode podSpec(ObjectNode object) {
        return object.path("kind").asText().equals("Pod")
                ? object.path("spec")
                : object.at("/spec/template/spec");
    }

    static String named(ObjectNode object) {
        return object.path("kind").asText() + " " + object.at("/metadata/name").asText();
    }
}
