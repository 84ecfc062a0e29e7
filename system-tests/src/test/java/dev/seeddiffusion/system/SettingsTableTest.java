package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of settings in the documentation is what the services' metadata says. */
class SettingsTableTest {

    private static final Path DOCUMENT = Path.of("../docs/settings.md");
    private static final String HEAD = "| setting | is | default | |\n| --- | --- | --- | --- |\n";
    private static final String WRITE =
            "./mvnw test -Dtest=SettingsTableTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dsettings.write=true";

    @Test
    void the_table_is_up_to_date() throws IOException {
        String table =
                Stream.of("common", "api-service", "inference-service", "cache-service")
                        .flatMap(SettingsTableTest::settings)
                        .map(SettingsTableTest::row)
                        .sorted()
                        .collect(Collectors.joining("\n", HEAD, "\n"));
        String document = Files.readString(DOCUMENT);
        String introduction = document.substring(0, document.indexOf(HEAD));
        if (Boolean.getBoolean("settings.write")) {
            Files.writeString(DOCUMENT, introduction + table);
        }
        assertThat(DOCUMENT)
                .as("docs/settings.md differs from the code; this writes it: " + WRITE)
                .hasContent(introduction + table);
    }

    private static Stream<JsonNode> settings(String module) {
        Path metadata =
                Path.of("..", module, "target/classes/META-INF/spring-configuration-metadata.json");
        return JsonMapper.shared().readTree(metadata).get("properties").valueStream();
    }

    private static String row(JsonNode setting) {
        return "| `%s` | `%s` | %s | %s |"
                .formatted(
                        setting.get("name").asString(),
                        setting.get("type").asString().replaceAll("[a-z.]+\\.|[A-Za-z]+\\$", ""),
                        value(setting),
                        description(setting));
    }

    private static String value(JsonNode setting) {
        return setting.has("defaultValue") ? setting.get("defaultValue").asString() : "";
    }

    /** A setting without a description has none in its record's Javadoc. */
    private static String description(JsonNode setting) {
        assertThat(setting.has("description")).as(setting.get("name").asString()).isTrue();
        return setting.get("description")
                .asString()
                .replaceAll("\\{@code\\s+([^}]*)}", "`$1`")
                .replace("|", "\\|");
    }
}
