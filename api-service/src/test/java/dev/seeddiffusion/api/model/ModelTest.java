package dev.seeddiffusion.api.model;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.WebTestClient;

@ApiServiceTest
class ModelTest {

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;
    private WebTestClient client;

    @BeforeEach
    void connect() {
        backend.recovers();
        client = WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
    }

    @Test
    void the_served_model_is_the_only_one_in_the_list() {
        client.get()
                .uri("/v1/models")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .json(
                        """
                        {
                          "object": "list",
                          "data": [{
                            "id": "tiny",
                            "object": "model",
                            "owned_by": "seed-diffusion",
                            "context_tokens": 2048,
                            "parameters": 1000000,
                            "block_tokens": 32,
                            "threshold": 0.9,
                            "decoding": "lossless",
                            "expected_speed_up": 3.5
                          }]
                        }
                        """)
                .jsonPath("$.data[0].created")
                .isNumber();
    }

    @Test
    void the_served_model_is_found_by_its_name() {
        client.get()
                .uri("/v1/models/tiny")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.id")
                .isEqualTo("tiny");
    }

    @Test
    void another_model_is_not_found_and_the_served_one_named() {
        client.get()
                .uri("/v1/models/gpt-4")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .json(
                        """
                        {"error": {
                          "message": "The model 'gpt-4' is not served here: ask for 'tiny', or leave the model out.",
                          "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}
                        """);
    }

    @Test
    void without_a_backend_there_is_no_list() {
        backend.goesDown();

        client.get().uri("/v1/models").exchange().expectStatus().isEqualTo(503).expectBody();
    }
}
