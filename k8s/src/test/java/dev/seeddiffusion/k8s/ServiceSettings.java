package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The settings that a service reads, its own and Spring's, as their metadata lists them. */
final class ServiceSettings {

    private static final List<String> SERVICES =
            List.of("api-service", "inference-service", "cache-service");

    private final Set<String> names = new HashSet<>();
    private final Set<String> maps = new HashSet<>();
    private final JsonNode defaults;

    ServiceSettings(String service) {
        try {
            for (URL metadata :
                    Collections.list(
                            getClass()
                                    .getClassLoader()
                                    .getResources("META-INF/spring-configuration-metadata.json"))) {
                boolean others =
                        SERVICES.stream()
                                .filter(it -> !it.equals(service))
                                .anyMatch(it -> metadata.getPath().contains("/" + it + "/"));
                if (!others) {
                    read(new ObjectMapper().readTree(metadata));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.defaults = Yaml.documents(defaults(service)).getFirst();
    }

    /** The file of defaults that a service carries. */
    static Path defaults(String service) {
        return Path.of("..", service, "src", "main", "resources", "application.yaml");
    }

    private void read(JsonNode metadata) {
        for (JsonNode property : metadata.path("properties")) {
            names.add(property.path("name").asText());
            if (property.path("type").asText().startsWith("java.util.Map")) {
                maps.add(property.path("name").asText() + ".");
            }
        }
    }

    /** Whether it is a setting, or an entry of one that is a map. */
    boolean has(String name) {
        return names.contains(name) || maps.stream().anyMatch(name::startsWith);
    }

    /** Whether an environment variable stands for a setting. */
    boolean hasVariable(String variable) {
        return names.stream().anyMatch(it -> variable(it).equals(variable));
    }

    private static String variable(String name) {
        return name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** What the service's own file sets, such as {@code /server/port}. */
    String byDefault(String pointer) {
        return defaults.at(pointer).asText();
    }
}
