package dev.seeddiffusion.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.StatusAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;

@ApiServiceTest
class HealthTest {

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;
    private WebTestClient client;

    @BeforeEach
    void connect() {
        backend.recovers();
        client = WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
    }

    @Test
    void the_service_is_ready_while_its_backend_answers_and_alive_in_any_case() {
        get("/actuator/health/readiness").isOk().expectBody();
        get("/actuator/health/liveness").isOk().expectBody();

        backend.goesDown();
        get("/actuator/health/readiness").isEqualTo(503).expectBody();
        get("/actuator/health/liveness").isOk().expectBody();

        backend.recovers();
        get("/actuator/health/readiness").isOk().expectBody();
    }

    @Test
    void metrics_are_there_for_prometheus_and_nothing_else_of_the_actuator() {
        client.get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(text -> assertThat(text).contains("jvm_memory_used_bytes"));
        get("/actuator/env").isNotFound().expectBody();
        get("/actuator/beans").isNotFound().expectBody();
    }

    private StatusAssertions get(String path) {
        return client.get().uri(path).exchange().expectStatus();
    }
}
