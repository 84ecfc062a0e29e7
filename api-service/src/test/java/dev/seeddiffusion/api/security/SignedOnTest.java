package dev.seeddiffusion.api.security;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.signon.TestIssuerConfiguration;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** The whole api-service as it is deployed: issuers that it trusts, and a real Redis. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ApiServiceTest
@Import({TestIssuerConfiguration.class, RealRedisConfiguration.class, Tokens.class})
@TestPropertySource(
        properties = {
            "api.limits.redis-deadline=10s", // a busy machine is no outage
            "api.limits.caller.requests-per-minute=100000",
            "api.limits.tenants.few-requests.requests-per-minute=2",
            "api.limits.tenants.few-tokens.tokens-per-minute=100",
            "api.limits.tenants.one-stream.concurrent-streams=1",
            "api.limits.tenants.small.max-steps=16",
            "api.limits.tenants.small.max-prompt-characters=10",
            "api.limits.tenants.small.max-output-tokens=64"
        })
public @interface SignedOnTest {}
