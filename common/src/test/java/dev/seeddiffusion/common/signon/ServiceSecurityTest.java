package dev.seeddiffusion.common.signon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;

/** A service that only other services talk to, and one that talks to it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "sign-on.audience=worker",
            "spring.security.oauth2.client.registration.worker.provider=test",
            "spring.security.oauth2.client.registration.worker.client-id=a client",
            "spring.security.oauth2.client.registration.worker.client-secret=a secret",
            "spring.security.oauth2.client.registration.worker.authorization-grant-type=client_credentials"
        })
class ServiceSecurityTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import({ServiceSecurity.class, TestIssuerConfiguration.class})
    static class Worker {

        @RestController
        static class Work {
            @GetMapping("/work")
            String work() {
                return "done";
            }
        }

        @Bean
        DynamicPropertyRegistrar tokenEndpoint(@Qualifier("issuer") TestIssuer issuer) {
            return properties ->
                    properties.add(
                            "spring.security.oauth2.client.provider.test.token-uri",
                            () -> issuer.uri() + "/token");
        }
    }

    @LocalServerPort private int port;
    @Autowired private ListableBeanFactory beans;

    @Autowired
    @Qualifier("issuer")
    private TestIssuer issuer;

    @Test
    void only_a_token_for_the_services_own_audience_is_let_in() {
        assertThat(status("")).isEqualTo(401);
        assertThat(status("garbage")).isEqualTo(401);
        assertThat(status(issuer.sign(issuer.claims("another-service", "a person"))))
                .isEqualTo(401);
        assertThat(
                        status(
                                issuer.sign(
                                        issuer.claims("worker", "a client")
                                                .expirationTime(
                                                        Date.from(
                                                                Instant.now().minusSeconds(600))))))
                .isEqualTo(401);
        assertThat(status(issuer.sign(issuer.claims("worker", "a client")))).isEqualTo(200);
    }

    @Test
    void a_service_gets_itself_one_token_and_sends_it_with_every_request() {
        issuer.grants("worker");
        WebClient client =
                WebClient.builder()
                        .baseUrl("http://127.0.0.1:" + port)
                        .filter(ServiceTokens.to("worker", beans))
                        .build();
        int granted = issuer.granted();

        for (int i = 0; i < 3; i++) {
            assertThat(
                            client.get()
                                    .uri("/work")
                                    .retrieve()
                                    .bodyToMono(String.class)
                                    .block(PATIENCE))
                    .isEqualTo("done");
        }

        assertThat(issuer.granted()).isEqualTo(granted + 1);
    }

    private int status(String token) {
        return WebClient.create("http://127.0.0.1:" + port)
                .get()
                .uri("/work")
                .headers(
                        headers -> {
                            if (!token.isEmpty()) {
                                headers.setBearerAuth(token);
                            }
                        })
                .exchangeToMono(
                        response ->
                                response.releaseBody().thenReturn(response.statusCode().value()))
                .block(PATIENCE);
    }
}
