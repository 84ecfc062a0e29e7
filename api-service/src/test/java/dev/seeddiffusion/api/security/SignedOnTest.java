package dev.seeddiffusion.api.security;

import dev.seeddiffusion.api.ApiServiceTest;
import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.signon.TestIssuerConfiguration;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/** The whole api-service as it is deployed: issuers that it trusts, and a real Redis. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ApiServiceTest
@Import({TestIssuerConfiguration.class, RealRedisConfiguration.class, Tokens.class})
public @interface SignedOnTest {}
