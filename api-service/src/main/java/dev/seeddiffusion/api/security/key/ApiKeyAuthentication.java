package dev.seeddiffusion.api.security.key;

import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.api.security.CallerAuthentication;
import dev.seeddiffusion.api.security.Scope;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Lets in who presents a key, in place of a token. */
@Component
public final class ApiKeyAuthentication implements ReactiveAuthenticationManager {

    private static final String PRESENTED = "Bearer " + ApiKeys.PREFIX;

    private final ApiKeys keys;

    ApiKeyAuthentication(ApiKeys keys) {
        this.keys = keys;
    }

    /** Whether the credentials of a request are to be a key, right or wrong. */
    public boolean isMeantBy(ServerWebExchange exchange) {
        return StringUtils.startsWithIgnoreCase(
                exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION), PRESENTED);
    }

    @Override
    public Mono<Authentication> authenticate(Authentication presented) {
        return keys.recognise(((BearerTokenAuthenticationToken) presented).getToken())
                .switchIfEmpty(Mono.error(() -> new InvalidBearerTokenException("no such key")))
                .map(
                        key ->
                                new CallerAuthentication(
                                        new Caller(key.tenant(), "key:" + key.id()),
                                        key.scopes().stream().map(Scope::authority).toList()));
    }
}
