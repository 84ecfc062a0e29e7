package dev.seeddiffusion.common.signon;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.LogoutSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.RequestCacheSpec;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;

/** What every service has: the settings of sign-on, and the guard for those without. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SignOnProperties.class)
public class SignOn {

    @Bean
    LoopbackOnly loopbackOnly(SignOnProperties signOn, ServerProperties server) {
        return new LoopbackOnly(signOn, server);
    }

    /** Each request brings its credentials; nothing is remembered, so nothing can be forged. */
    public static ServerHttpSecurity stateless(ServerHttpSecurity http) {
        return http.csrf(CsrfSpec::disable)
                .logout(LogoutSpec::disable)
                .requestCache(RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance());
    }
}
