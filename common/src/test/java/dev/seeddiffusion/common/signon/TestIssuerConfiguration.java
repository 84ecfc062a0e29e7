package dev.seeddiffusion.common.signon;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

/** Gives the service under test two {@link TestIssuer}s that it trusts. */
@TestConfiguration(proxyBeanMethods = false)
public class TestIssuerConfiguration {

    @Bean
    TestIssuer issuer() {
        return new TestIssuer();
    }

    @Bean
    TestIssuer otherIssuer() {
        return new TestIssuer();
    }

    @Bean
    DynamicPropertyRegistrar issuers(TestIssuer issuer, TestIssuer otherIssuer) {
        return properties -> {
            properties.add("sign-on.issuers[0]", issuer::uri);
            properties.add("sign-on.issuers[1]", otherIssuer::uri);
        };
    }
}
