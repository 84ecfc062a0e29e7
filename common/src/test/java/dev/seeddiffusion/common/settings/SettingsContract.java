package dev.seeddiffusion.common.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every module with settings promises: a wrong value ends the start, and is told by name. */
@ExtendWith(OutputCaptureExtension.class)
public abstract class SettingsContract {

    private static final Path METADATA =
            Path.of("target/classes/META-INF/spring-configuration-metadata.json");

    /** Values that no setting of a type may have. */
    private static final Map<String, List<String>> WRONG =
            Map.of(
                    "java.lang.Integer", List.of("many", "-1"),
                    "java.lang.Long", List.of("-1"),
                    "java.lang.Boolean", List.of("perhaps"),
                    "java.lang.String", List.of(""),
                    "java.time.Duration", List.of("-1s", "0s"),
                    "org.springframework.util.unit.DataSize", List.of("-1B"),
                    "java.net.URI", List.of("http://[", "cache:8082"),
                    "java.util.List<java.net.URI>", List.of("replica:8081", ""),
                    "java.util.List<java.lang.String>", List.of("id.example"));

    private final Class<?> settings;
    private final List<String> needed;

    /**
     * @param settings a configuration of nothing but the module's settings
     * @param needed settings without which there is no start, such as {@code a.b=c}
     */
    protected SettingsContract(Class<?> settings, String... needed) {
        this.settings = settings;
        this.needed = List.of(needed);
    }

    @Test
    void the_defaults_are_right() {
        start("spring.main.banner-mode", "off");
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("wrong")
    void a_wrong_value_is_told_by_name(String name, String value, CapturedOutput output) {
        assertThatThrownBy(() -> start(name, value)).isNotNull();
        assertThat(output).contains("APPLICATION FAILED TO START");
        assertThat(output.toString().replace("-", "")).containsIgnoringCase(name.replace("-", ""));
    }

    private void start(String name, String value) {
        Stream<String> others = needed.stream().filter(it -> !it.startsWith(name + "="));
        new SpringApplicationBuilder(settings)
                .web(WebApplicationType.NONE)
                .run(
                        Stream.concat(others, Stream.of(name + "=" + value))
                                .map(it -> "--" + it)
                                .toArray(String[]::new))
                .close();
    }

    private static Stream<Arguments> wrong() {
        JsonNode metadata = JsonMapper.shared().readTree(METADATA);
        return metadata.get("properties")
                .valueStream()
                .flatMap(
                        it ->
                                wrong(it.get("type").asString()).stream()
                                        .map(
                                                value ->
                                                        Arguments.of(
                                                                it.get("name").asString(), value)));
    }

    private static List<String> wrong(String type) {
        return type.startsWith("dev.seeddiffusion.") // ours, made from text, or of several settings
                ? List.of("wrong")
                : WRONG.getOrDefault(type, List.of());
    }
}
