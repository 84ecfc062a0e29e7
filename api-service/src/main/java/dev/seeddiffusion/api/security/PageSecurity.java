package dev.seeddiffusion.api.security;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.client.oidc.web.server.logout.OidcClientInitiatedServerLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.RedirectServerAuthenticationEntryPoint;
import org.springframework.security.web.server.csrf.CookieServerCsrfTokenRepository;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.security.web.server.csrf.ServerCsrfTokenRequestAttributeHandler;
import org.springframework.security.web.server.util.matcher.AndServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.OrServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Signs on whoever opens the page in a browser, by OpenID Connect with PKCE, if there is a client
 * registration {@code page}. The page then uses the API by its session's cookie, and since a
 * browser sends that with requests of other pages too, these need a second token, which those
 * cannot read.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("spring.security.oauth2.client.registration.page.client-id")
class PageSecurity {

    private static final String SESSION_COOKIE = "SESSION";
    private static final String LOGIN = "/oauth2/authorization/page";
    private static final String LOGGED_IN = "/login/oauth2/code/page";

    private static final String[] PAGE = {
        "/", "/index.html", "/favicon.ico", "/page/**", "/webjars/**"
    };
    private static final String[] SIGN_ON = {LOGIN, LOGGED_IN, "/logout"};

    @Bean
    @Order(0)
    SecurityWebFilterChain pageSecurityFilterChain(
            ServerHttpSecurity http,
            ReactiveClientRegistrationRepository clients,
            Refusals refusals) {
        ServerWebExchangeMatcher page = ServerWebExchangeMatchers.pathMatchers(PAGE);
        return http.securityMatcher(
                        new AndServerWebExchangeMatcher(
                                PageSecurity::bringsNoToken,
                                new OrServerWebExchangeMatcher(
                                        page,
                                        ServerWebExchangeMatchers.pathMatchers(SIGN_ON),
                                        PageSecurity::hasSession)))
                .authorizeExchange(all -> AccessRules.apply(all.matchers(page).authenticated()))
                .oauth2Login(
                        login ->
                                login.authenticationFailureHandler(
                                        (at, error) -> refusals.commence(at.getExchange(), error)))
                .logout(
                        logout ->
                                logout.logoutSuccessHandler(
                                        new OidcClientInitiatedServerLogoutSuccessHandler(clients)))
                .csrf(
                        csrf ->
                                csrf.csrfTokenRepository(
                                                CookieServerCsrfTokenRepository.withHttpOnlyFalse())
                                        .csrfTokenRequestHandler(
                                                new ServerCsrfTokenRequestAttributeHandler())
                                        .accessDeniedHandler(refusals))
                .addFilterAfter(PageSecurity::sendCsrfCookie, SecurityWebFiltersOrder.CSRF)
                .exceptionHandling(
                        errors ->
                                errors.authenticationEntryPoint(entryPoint(page, refusals))
                                        .accessDeniedHandler(refusals))
                .build();
    }

    /** A person is sent to the login, a script of the page is told that it needs one. */
    private static ServerAuthenticationEntryPoint entryPoint(
            ServerWebExchangeMatcher page, Refusals refusals) {
        ServerAuthenticationEntryPoint login = new RedirectServerAuthenticationEntryPoint(LOGIN);
        return (exchange, error) ->
                page.matches(exchange)
                        .flatMap(
                                match ->
                                        (match.isMatch() ? login : refusals)
                                                .commence(exchange, error));
    }

    private static Mono<MatchResult> bringsNoToken(ServerWebExchange exchange) {
        return exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION)
                ? MatchResult.notMatch()
                : MatchResult.match();
    }

    private static Mono<MatchResult> hasSession(ServerWebExchange exchange) {
        return exchange.getRequest().getCookies().containsKey(SESSION_COOKIE)
                ? MatchResult.match()
                : MatchResult.notMatch();
    }

    /** It is sent once somebody asks for it. */
    private static Mono<Void> sendCsrfCookie(ServerWebExchange exchange, WebFilterChain chain) {
        Mono<CsrfToken> token =
                exchange.getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
        return token.then(chain.filter(exchange));
    }
}
