package dev.seeddiffusion.api.security;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.seeddiffusion.common.signon.TestIssuer;

/** Access tokens for the api-service. */
public final class Tokens {

    private final TestIssuer issuer;

    Tokens(TestIssuer issuer) {
        this.issuer = issuer;
    }

    public TestIssuer issuer() {
        return issuer;
    }

    public JWTClaimsSet.Builder claims(String tenant, String scopes) {
        return issuer.claims("api-service", "alice").claim("tenant", tenant).claim("scope", scopes);
    }

    public String of(String tenant, String scopes) {
        return issuer.sign(claims(tenant, scopes));
    }
}
