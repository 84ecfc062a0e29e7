package dev.seeddiffusion.common.signon;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.core.convert.converter.Converter;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtIssuerReactiveAuthenticationManagerResolver;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtAuthenticationConverterAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Checks access tokens (JWT): a trusted issuer, its signature by an algorithm that is safe, for
 * this audience, not expired. The issuer's keys are fetched when its first token comes, so that a
 * service starts without it.
 */
public final class AccessTokens {

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final Duration ISSUER_DEADLINE = Duration.ofSeconds(5);

    /**
     * Asymmetric ones only: a shared secret or {@code none} would let others than the issuer sign.
     */
    private static final List<SignatureAlgorithm> ALGORITHMS =
            List.of(SignatureAlgorithm.RS256, SignatureAlgorithm.PS256, SignatureAlgorithm.ES256);

    /** An access token is one of these; a token for logout or for a proof is another. */
    private static final List<String> TYPES = List.of("JWT", "at+jwt");

    private AccessTokens() {}

    /**
     * @param authentication what a token that was found good stands for
     * @return says 401 for a token that is not good, 503 while its issuer cannot be asked
     */
    public static ReactiveAuthenticationManagerResolver<ServerWebExchange> resolver(
            SignOnProperties signOn, Converter<Jwt, AbstractAuthenticationToken> authentication) {
        Map<String, ReactiveAuthenticationManager> managers =
                signOn.issuers().stream()
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        issuer ->
                                                manager(
                                                        decoder(issuer, signOn.audience()),
                                                        authentication)));
        return new JwtIssuerReactiveAuthenticationManagerResolver(
                issuer -> Mono.justOrEmpty(managers.get(issuer)));
    }

    private static ReactiveAuthenticationManager manager(
            ReactiveJwtDecoder decoder, Converter<Jwt, AbstractAuthenticationToken> converter) {
        JwtReactiveAuthenticationManager manager = new JwtReactiveAuthenticationManager(decoder);
        manager.setJwtAuthenticationConverter(
                new ReactiveJwtAuthenticationConverterAdapter(converter));
        return authentication ->
                manager.authenticate(authentication)
                        .timeout(ISSUER_DEADLINE)
                        .onErrorMap(AccessTokens::isNotTheTokensFault, AccessTokens::unavailable);
    }

    private static ReactiveJwtDecoder decoder(String issuer, String audience) {
        NimbusReactiveJwtDecoder decoder =
                NimbusReactiveJwtDecoder.withIssuerLocation(issuer)
                        .webClient(http())
                        .jwsAlgorithms(algorithms -> algorithms.addAll(ALGORITHMS))
                        .build();
        JwtTimestampValidator time = new JwtTimestampValidator();
        time.setAllowEmptyExpiryClaim(false);
        JwtTypeValidator type = new JwtTypeValidator(TYPES);
        type.setAllowEmpty(true);
        decoder.setJwtValidator(
                new DelegatingOAuth2TokenValidator<>(
                        new JwtIssuerValidator(issuer),
                        new JwtClaimValidator<List<String>>(
                                JwtClaimNames.AUD,
                                named -> named != null && named.contains(audience)),
                        time,
                        type));
        return decoder;
    }

    private static WebClient http() {
        HttpClient client =
                HttpClient.create()
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .responseTimeout(ISSUER_DEADLINE);
        return WebClient.builder().clientConnector(new ReactorClientHttpConnector(client)).build();
    }

    private static boolean isNotTheTokensFault(Throwable error) {
        return !(error instanceof AuthenticationException)
                || error instanceof AuthenticationServiceException;
    }

    private static Throwable unavailable(Throwable cause) {
        return new ResponseStatusException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "The issuer of this token cannot be asked for its keys: try again.",
                cause);
    }
}
