package dev.seeddiffusion.api.security;

import dev.seeddiffusion.api.error.ApiException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authorization.ServerAccessDeniedHandler;
import org.springframework.security.web.server.csrf.CsrfException;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Refuses as OpenAI's clients expect it, and as RFC 6750 asks it: 401, 403, WWW-Authenticate. */
@Component
final class Refusals implements ServerAuthenticationEntryPoint, ServerAccessDeniedHandler {

    /** No word of the client's may get into a header. */
    private static final String CHALLENGE = "Bearer";

    @Override
    public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException error) {
        boolean presented = error instanceof OAuth2AuthenticationException;
        return refuse(
                exchange,
                HttpStatus.UNAUTHORIZED,
                presented ? CHALLENGE + " error=\"invalid_token\"" : CHALLENGE,
                "invalid_api_key",
                presented
                        ? "The token or API key is not accepted (%s): get a new one."
                                .formatted(reason((OAuth2AuthenticationException) error))
                        : "There is no token: send Authorization: Bearer, and an access token or"
                                + " an API key.");
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, AccessDeniedException error) {
        return error instanceof CsrfException
                ? Mono.error(
                        new ApiException(
                                HttpStatus.FORBIDDEN,
                                null,
                                "csrf",
                                "A request by session cookie needs the cookie XSRF-TOKEN in its"
                                        + " header X-XSRF-TOKEN as well."))
                : refuse(
                        exchange,
                        HttpStatus.FORBIDDEN,
                        CHALLENGE + " error=\"insufficient_scope\"",
                        "insufficient_scope",
                        "This token or API key is not allowed %s %s: ask for one with the scope"
                                        .formatted(
                                                exchange.getRequest().getMethod(),
                                                exchange.getRequest().getPath().value())
                                + " for it, or look up the path.");
    }

    private static Mono<Void> refuse(
            ServerWebExchange exchange,
            HttpStatus status,
            String challenge,
            String code,
            String message) {
        exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, challenge);
        return Mono.error(new ApiException(status, null, code, message));
    }

    private static String reason(OAuth2AuthenticationException error) {
        String description = error.getError().getDescription();
        return description == null ? "malformed" : description;
    }
}
