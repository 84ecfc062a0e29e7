package dev.seeddiffusion.composition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceConfiguration;
import dev.seeddiffusion.api.FakeGenerationBackend;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** An application outside the api-service's packages that has it as a part. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ComposedApplicationTest {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(ApiServiceConfiguration.class)
    static class Application {

        @Bean
        FakeGenerationBackend itsOwnBackend() {
            return new FakeGenerationBackend();
        }
    }

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;

    @Test
    void the_applications_backend_takes_the_place_of_replicas() {
        WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .build()
                .post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"prompt\":\"x\"}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.choices[0].text")
                .isEqualTo("return n > 1\n");
        assertThat(backend.requests()).hasSize(1);
    }
}
