package dev.seeddiffusion.api.security;

import dev.seeddiffusion.api.security.key.ApiKeyAuthentication;
import dev.seeddiffusion.common.signon.AccessTokens;
import dev.seeddiffusion.common.signon.SignOn;
import dev.seeddiffusion.common.signon.SignOnProperties;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Closes the API: every request brings an access token or an API key. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiSecurityProperties.class)
@Import(SignOn.class)
class ApiSecurity {

    private static final Logger log = LoggerFactory.getLogger(ApiSecurity.class);

    /** Last: what no other chain is for. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    SecurityWebFilterChain apiSecurityFilterChain(
            ServerHttpSecurity http,
            SignOnProperties signOn,
            ClaimedCaller claimed,
            ApiKeyAuthentication keys,
            Refusals refusals) {
        SignOn.stateless(http);
        if (!signOn.required()) {
            log.warn("There is no sign-on: whoever is on this machine may ask anything.");
            return http.anonymous(
                            everybody ->
                                    everybody
                                            .principal(Caller.LOCAL)
                                            .authorities(
                                                    Arrays.stream(Scope.values())
                                                            .map(Scope::authority)
                                                            .toList()))
                    .authorizeExchange(all -> all.anyExchange().permitAll())
                    .build();
        }
        ReactiveAuthenticationManagerResolver<ServerWebExchange> tokens =
                AccessTokens.resolver(signOn, claimed);
        return http.authorizeExchange(AccessRules::apply)
                .oauth2ResourceServer(
                        server ->
                                server.authenticationManagerResolver(
                                                exchange ->
                                                        keys.isMeantBy(exchange)
                                                                ? Mono.just(keys)
                                                                : tokens.resolve(exchange))
                                        .authenticationEntryPoint(refusals)
                                        .accessDeniedHandler(refusals))
                .exceptionHandling(
                        errors ->
                                errors.authenticationEntryPoint(refusals)
                                        .accessDeniedHandler(refusals))
                .build();
    }
}
