package dev.seeddiffusion.api.security;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.util.context.ContextView;

/**
 * Who asks: an attribute of every request that was let in, and a key of its Reactor context.
 *
 * @param tenant whose data, limits and turns in the queue the request has
 * @param id who it is within all tenants: {@code key:} and an API key's id, or an issuer, {@code #}
 *     and its subject
 */
public record Caller(String tenant, String id) {

    /** For {@code @RequestAttribute}. */
    public static final String ATTRIBUTE = "dev.seeddiffusion.api.security.Caller";

    /** Everybody, where there is no sign-on. */
    static final Caller LOCAL = new Caller("public", "local");

    /** It becomes part of keys and log lines. */
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}");

    /** Whether {@code claim} can name a tenant. */
    static boolean isTenant(@Nullable Object claim) {
        return claim instanceof String name && TENANT.matcher(name).matches();
    }

    /** Nobody where nobody has to be known: health, and what was refused. */
    public static Optional<Caller> of(ServerWebExchange exchange) {
        return Optional.ofNullable(exchange.getAttribute(ATTRIBUTE));
    }

    /** Whoever's request is being answered. */
    public static Caller of(ContextView context) {
        return Objects.requireNonNull(
                context.getOrDefault(Caller.class, null), "Only callers that are known get here.");
    }
}
