package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Renders as much of Kustomize as our files use, and refuses the rest: resources, JSON patches,
 * tags and names of images, a namespace, ConfigMaps made of literals and files. Their names get no
 * hash.
 */
final class Kustomization {

    private static final Set<String> KNOWN =
            Set.of(
                    "apiVersion",
                    "kind",
                    "namespace",
                    "resources",
                    "patches",
                    "images",
                    "configMapGenerator");

    private final Path folder;
    private final List<ObjectNode> objects = new ArrayList<>();

    private Kustomization(Path folder) {
        this.folder = folder;
    }

    /** The objects of a folder with a {@code kustomization.yaml}. */
    static List<ObjectNode> render(Path folder) {
        return new Kustomization(folder).render();
    }

    private List<ObjectNode> render() {
        JsonNode file = Yaml.documents(folder.resolve("kustomization.yaml")).getFirst();
        file.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!KNOWN.contains(field)) {
                                throw new IllegalArgumentException(
                                        folder + " uses " + field + ", which is not rendered here");
                            }
                        });
        Yaml.each(file.path("resources")).forEach(it -> add(folder.resolve(it.asText())));
        Yaml.each(file.path("configMapGenerator")).forEach(this::configMap);
        Yaml.each(file.path("patches")).forEach(this::patch);
        Yaml.each(file.path("images")).forEach(this::image);
        if (file.has("namespace")) {
            objects.stream()
                    .filter(it -> !it.path("kind").asText().equals("Namespace"))
                    .forEach(
                            it ->
                                    it.withObject("/metadata")
                                            .set("namespace", file.get("namespace")));
        }
        return objects;
    }

    private void add(Path resource) {
        objects.addAll(Files.isDirectory(resource) ? render(resource) : Yaml.documents(resource));
    }

    private void configMap(JsonNode generator) {
        String name = generator.path("name").asText();
        ObjectNode map =
                generator.path("behavior").asText().equals("merge")
                        ? one("ConfigMap", name)
                        : newConfigMap(name);
        ObjectNode data = map.withObject("/data");
        for (JsonNode literal : generator.path("literals")) {
            String[] pair = literal.asText().split("=", 2);
            data.put(pair[0], pair[1]);
        }
        for (JsonNode file : generator.path("files")) {
            data.put(file.asText(), Yaml.text(folder.resolve(file.asText())));
        }
    }

    private ObjectNode newConfigMap(String name) {
        ObjectNode map = Yaml.MAPPER.createObjectNode().put("apiVersion", "v1");
        map.put("kind", "ConfigMap").withObject("/metadata").put("name", name);
        objects.add(map);
        return map;
    }

    private ObjectNode one(String kind, String name) {
        return objects.stream()
                .filter(it -> it.path("kind").asText().equals(kind))
                .filter(it -> it.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + kind + " " + name));
    }

    private void patch(JsonNode patch) {
        JsonNode operations =
                patch.has("path")
                        ? Yaml.parse(Yaml.text(folder.resolve(patch.get("path").asText())))
                        : Yaml.parse(patch.path("patch").asText());
        String kind = patch.at("/target/kind").asText();
        String name = patch.at("/target/name").asText();
        List<ObjectNode> targets =
                name.isEmpty()
                        ? objects.stream()
                                .filter(it -> it.path("kind").asText().equals(kind))
                                .toList()
                        : List.of(one(kind, name));
        targets.forEach(target -> JsonPatch.apply(operations, target));
    }

    private void image(JsonNode image) {
        String name = image.path("name").asText();
        for (ObjectNode object : objects) {
            for (JsonNode containers :
                    List.of(
                            object.at("/spec/template/spec/containers"),
                            object.at("/spec/template/spec/initContainers"))) {
                Yaml.each(containers).forEach(it -> rename((ObjectNode) it, name, image));
            }
        }
    }

    private static void rename(ObjectNode container, String name, JsonNode image) {
        String[] now = container.path("image").asText().split(":", 2);
        if (now[0].equals(name)) {
            String tag = image.path("newTag").asText(now.length > 1 ? now[1] : "latest");
            container.put("image", image.path("newName").asText(name) + ":" + tag);
        }
    }
}
