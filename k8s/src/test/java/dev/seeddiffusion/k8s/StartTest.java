package dev.seeddiffusion.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What a service finds in its pod, read by Spring Boot. */
class StartTest {

    @TempDir private Path pod;

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "inference-service", "cache-service"})
    void settings_that_are_mounted_count_more_than_the_services_own(String service)
            throws IOException {
        Map<String, String> settings = mount(service);
        StandardEnvironment environment = environment(service);
        assertThat(settings).containsEntry("server.address", "0.0.0.0");
        settings.forEach(
                (name, value) -> assertThat(environment.getProperty(name)).isEqualTo(value));
        assertThat(environment.getProperty("sign-on.audience")).isEqualTo(service);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "inference-service"})
    void clients_of_the_issuer_are_spelt_as_spring_reads_them(String service) throws IOException {
        mount(service);
        OAuth2ClientProperties clients =
                Binder.get(environment(service))
                        .bind(
                                "spring.security.oauth2.client",
                                Bindable.of(OAuth2ClientProperties.class),
                                new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                        .get();
        clients.validate();
        assertThat(clients.getRegistration().values())
                .isNotEmpty()
                .allSatisfy(
                        it -> {
                            assertThat(clients.getProvider()).containsKey(it.getProvider());
                            assertThat(it.getClientSecret()).isNotEmpty();
                        });
    }

    private Map<String, String> mount(String service) throws IOException {
        Manifests manifests = Manifests.of("overlays/production");
        Map<String, String> settings =
                SettingsCheck.mounted(
                        manifests, Manifests.podSpec(manifests.get("Deployment", service)));
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            Files.writeString(pod.resolve(setting.getKey()), setting.getValue());
        }
        return settings;
    }

    private StandardEnvironment environment(String service) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(
                        new MapPropertySource(
                                "pod",
                                Map.of(
                                        "spring.config.import",
                                        "configtree:" + pod + "/",
                                        "spring.config.location",
                                        "file:" + ServiceSettings.defaults(service))));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        return environment;
    }
}
