package dev.seeddiffusion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.common.generation.GenerationBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class ApiServiceStartTest {

    @Test
    void without_a_backend_and_without_replicas_it_says_which_setting_is_missing(
            CapturedOutput output) {
        assertThatThrownBy(() -> start());

        assertThat(output).contains("APPLICATION FAILED TO START").contains("api.replicas");
    }

    @Test
    void with_replicas_it_starts_even_while_they_are_down() {
        try (ConfigurableApplicationContext service =
                start("api.replicas=http://127.0.0.1:1,http://127.0.0.1:2")) {
            assertThat(service.getBeanProvider(GenerationBackend.class).getIfUnique()).isNotNull();
        }
    }

    private static ConfigurableApplicationContext start(String... settings) {
        return new SpringApplicationBuilder(ApiServiceApplication.class)
                .properties(settings)
                .run("--server.port=0"); // over the file's
    }
}
