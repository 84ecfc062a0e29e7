package dev.seeddiffusion.common.signon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

class AccessTokensTest {

    @Test
    void an_issuer_that_is_away_is_no_fault_of_the_token_and_is_asked_again_when_it_is_back() {
        TestIssuer issuer = new TestIssuer();
        String token = issuer.sign(issuer.claims("worker", "alice"));
        SignOnProperties signOn = new SignOnProperties(List.of(issuer.uri()), "worker");
        var resolver = AccessTokens.resolver(signOn, new JwtAuthenticationConverter());
        issuer.close();

        var manager =
                resolver.resolve(MockServerWebExchange.from(MockServerHttpRequest.get("/")))
                        .block(Duration.ofSeconds(1));
        Mono<Authentication> authentication =
                manager.authenticate(new BearerTokenAuthenticationToken(token));

        Signal<Authentication> answer = authentication.materialize().block(Duration.ofSeconds(20));
        assertThat(answer.getThrowable())
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        error -> assertThat(error.getStatusCode().value()).isEqualTo(503));
        try (TestIssuer _ = issuer.again()) {
            assertThat(authentication.block(Duration.ofSeconds(20)).getName()).isEqualTo("alice");
        }
    }
}
