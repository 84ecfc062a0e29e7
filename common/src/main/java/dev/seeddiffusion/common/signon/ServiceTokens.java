package dev.seeddiffusion.common.signon;

import java.io.IOException;
import java.time.Duration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ClientCredentialsReactiveOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * Sends a token of this service's own with every request to another one, got by client credentials
 * and kept until shortly before it expires. Never the token of whoever asked this service: that is
 * for another audience.
 */
public final class ServiceTokens implements ExchangeFilterFunction {

    private static final Duration ISSUER_DEADLINE = Duration.ofSeconds(5);

    private final ReactiveOAuth2AuthorizedClientManager clients;
    private final String registration;

    /**
     * @param service whom to talk to; also the name of the client, under {@code
     *     spring.security.oauth2.client.registration}. Without such a client no tokens are sent
     */
    public static ExchangeFilterFunction to(String service, ListableBeanFactory beans) {
        String setting =
                "spring.security.oauth2.client.registration.%s.client-id".formatted(service);
        return beans.getBean(Environment.class).containsProperty(setting)
                ? new ServiceTokens(
                        beans.getBean(ReactiveClientRegistrationRepository.class),
                        beans.getBean(ReactiveOAuth2AuthorizedClientService.class),
                        service)
                : (request, next) -> next.exchange(request);
    }

    private ServiceTokens(
            ReactiveClientRegistrationRepository registrations,
            ReactiveOAuth2AuthorizedClientService tokens,
            String registration) {
        AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager manager =
                new AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager(
                        registrations, tokens);
        manager.setAuthorizedClientProvider(
                new ClientCredentialsReactiveOAuth2AuthorizedClientProvider());
        this.clients = manager;
        this.registration = registration;
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return token().flatMap(
                        token ->
                                next.exchange(
                                        ClientRequest.from(request)
                                                .headers(headers -> headers.setBearerAuth(token))
                                                .build()));
    }

    private Mono<String> token() {
        return clients.authorize(
                        OAuth2AuthorizeRequest.withClientRegistrationId(registration)
                                .principal(registration)
                                .build())
                .timeout(ISSUER_DEADLINE)
                .map(client -> client.getAccessToken().getTokenValue())
                .onErrorMap(
                        OAuth2AuthorizationException.class,
                        error ->
                                new IOException(
                                        "The issuer gave no token for the client '%s': %s"
                                                .formatted(registration, error.getError()),
                                        error));
    }
}
