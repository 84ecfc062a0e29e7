package dev.seeddiffusion.common.signon;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.web.server.SecurityWebFilterChain;

/**
 * Closes a service that only other services talk to: all but its health takes a token for its
 * audience, which an issuer gives to those who may. Without an issuer it is loopback that closes
 * it.
 */
@Configuration(proxyBeanMethods = false)
@Import(SignOn.class)
public class ServiceSecurity {

    @Bean
    SecurityWebFilterChain serviceSecurityFilterChain(
            ServerHttpSecurity http, SignOnProperties signOn) {
        SignOn.stateless(http);
        if (!signOn.required()) {
            return http.authorizeExchange(all -> all.anyExchange().permitAll()).build();
        }
        return http.authorizeExchange(
                        all ->
                                all.pathMatchers("/actuator/health/**")
                                        .permitAll()
                                        .anyExchange()
                                        .authenticated())
                .oauth2ResourceServer(
                        server ->
                                server.authenticationManagerResolver(
                                        AccessTokens.resolver(
                                                signOn, new JwtAuthenticationConverter())))
                .build();
    }
}
