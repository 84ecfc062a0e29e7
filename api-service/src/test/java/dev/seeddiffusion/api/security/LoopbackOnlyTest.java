package dev.seeddiffusion.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.api.ApiServiceApplication;
import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.api.FakeGenerationBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Without an issuer. */
@ApiServiceTest
@ExtendWith(OutputCaptureExtension.class)
class LoopbackOnlyTest {

    @LocalServerPort private int port;
    @Autowired private FakeGenerationBackend backend;

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void the_service_refuses_to_listen_to_the_network(String address, CapturedOutput output) {
        assertThatThrownBy(
                () ->
                        new SpringApplicationBuilder(ApiServiceApplication.class)
                                .run(
                                        "--server.port=0",
                                        "--server.address=" + address,
                                        "--api.replicas=http://127.0.0.1:1"));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Set sign-on.issuers to")
                .contains("or set server.address=127.0.0.1");
    }

    @Test
    void whatever_credential_a_client_insists_on_sending_is_fine() {
        backend.recovers();
        complete("localhost:" + port).expectStatus().isOk().expectBody();
        assertThat(backend.requests()).extracting(it -> it.tenant()).containsExactly("public");
    }

    @Test
    void a_page_whose_name_was_pointed_at_this_machine_gets_no_answer() {
        backend.recovers();
        complete("evil.example:" + port)
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.error.message")
                .value(String.class, it -> assertThat(it).contains("sign-on.issuers"));
        assertThat(backend.requests()).isEmpty();
    }

    private WebTestClient.ResponseSpec complete(String host) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .build()
                .post()
                .uri("/v1/completions")
                .header(HttpHeaders.HOST, host)
                .header(HttpHeaders.AUTHORIZATION, "Bearer no-key-needed")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"prompt\":\"x\"}")
                .exchange();
    }
}
