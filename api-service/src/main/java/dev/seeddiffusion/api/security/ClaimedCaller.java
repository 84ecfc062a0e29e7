package dev.seeddiffusion.api.security;

import java.util.Map;
import java.util.Optional;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.core.oidc.IdTokenClaimNames;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.stereotype.Component;

/** The caller whom a token's claims name; it was checked before. */
@Component
final class ClaimedCaller implements Converter<Jwt, AbstractAuthenticationToken> {

    private final JwtGrantedAuthoritiesConverter scopes = new JwtGrantedAuthoritiesConverter();
    private final String tenantClaim;

    ClaimedCaller(ApiSecurityProperties properties) {
        this.tenantClaim = properties.tenantClaim();
    }

    /**
     * @throws InvalidBearerTokenException if the token names no tenant
     */
    @Override
    public AbstractAuthenticationToken convert(Jwt token) {
        Caller caller =
                in(token.getClaims()).orElseThrow(() -> new InvalidBearerTokenException(missing()));
        return new CallerAuthentication(caller, scopes.convert(token));
    }

    /** Nobody if there is no tenant among the claims. */
    Optional<Caller> in(Map<String, Object> claims) {
        Object tenant = claims.get(tenantClaim);
        if (!Caller.isTenant(tenant)) {
            return Optional.empty();
        }
        // Some issuers give clients no subject, but then a name.
        Object subject =
                claims.getOrDefault(
                        IdTokenClaimNames.SUB, claims.getOrDefault(IdTokenClaimNames.AZP, ""));
        return Optional.of(
                new Caller((String) tenant, claims.get(IdTokenClaimNames.ISS) + "#" + subject));
    }

    String missing() {
        return "The claim '%s' names no tenant (api.security.tenant-claim)".formatted(tenantClaim);
    }
}
