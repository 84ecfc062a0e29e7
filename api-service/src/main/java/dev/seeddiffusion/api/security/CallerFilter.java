package dev.seeddiffusion.api.security;

import dev.seeddiffusion.api.error.ApiException;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Makes whoever was let in known as a {@link Caller}, however they were. */
@Component
@Order(CallerFilter.ORDER)
public final class CallerFilter implements WebFilter {

    /** After Spring Security; filters that need a caller come later. */
    public static final int ORDER = 0;

    private final ClaimedCaller claimed;

    CallerFilter(ClaimedCaller claimed) {
        this.claimed = claimed;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .map(this::caller)
                .defaultIfEmpty(Optional.empty())
                .flatMap(
                        caller -> {
                            caller.ifPresent(
                                    it -> exchange.getAttributes().put(Caller.ATTRIBUTE, it));
                            return chain.filter(exchange)
                                    .contextWrite(
                                            caller.map(it -> Context.of(Caller.class, it))
                                                    .orElse(Context.empty()));
                        });
    }

    private Optional<Caller> caller(Authentication authentication) {
        return switch (authentication.getPrincipal()) {
            case Caller caller -> Optional.of(caller);
            case OidcUser user ->
                    Optional.of(
                            claimed.in(user.getClaims())
                                    .orElseThrow(() -> noTenant(claimed.missing())));
            default -> Optional.empty();
        };
    }

    private static ApiException noTenant(String reason) {
        return new ApiException(
                HttpStatus.FORBIDDEN,
                null,
                "no_tenant",
                reason + ": ask whoever runs the sign-on for one.");
    }
}
