package dev.seeddiffusion.common.signon;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * An issuer of its own making, in this process: real keys and signatures, metadata and a token
 * endpoint that gives every client a token for {@link #grants(String)}.
 */
public final class TestIssuer implements AutoCloseable {

    private final RSAKey key;
    private final HttpServer server;
    private final String uri;
    private final AtomicInteger granted = new AtomicInteger();
    private volatile String audience = "nobody";

    public TestIssuer() {
        this(newKey(), 0);
    }

    private TestIssuer(RSAKey key, int port) {
        this.key = key;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        uri = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/.well-known/openid-configuration", this::metadata);
        server.createContext("/keys", this::keys);
        server.createContext("/token", this::token);
        server.start();
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID("test").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** This one, after it was closed: the same key at the same address. */
    TestIssuer again() {
        return new TestIssuer(key, server.getAddress().getPort());
    }

    public String uri() {
        return uri;
    }

    public RSAKey key() {
        return key;
    }

    /** For which audience clients get tokens from now on. */
    public void grants(String toAudience) {
        audience = toAudience;
    }

    /** Tokens that clients got. */
    public int granted() {
        return granted.get();
    }

    /** Good claims: for this audience, from now on for five minutes. */
    public JWTClaimsSet.Builder claims(String forAudience, String subject) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(uri)
                .audience(forAudience)
                .subject(subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    public String sign(JWTClaimsSet.Builder claims) {
        return sign(claims, header -> header);
    }

    public String sign(JWTClaimsSet.Builder claims, UnaryOperator<JWSHeader.Builder> header) {
        try {
            JWSHeader.Builder usual =
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .type(JOSEObjectType.JWT);
            SignedJWT token = new SignedJWT(header.apply(usual).build(), claims.build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void metadata(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                """
                {"issuer": "%1$s", "jwks_uri": "%1$s/keys", "token_endpoint": "%1$s/token",
                 "authorization_endpoint": "%1$s/authorize", "subject_types_supported": ["public"],
                 "response_types_supported": ["code"], "grant_types_supported": ["client_credentials"],
                 "id_token_signing_alg_values_supported": ["RS256"]}
                """
                        .formatted(uri));
    }

    private void keys(HttpExchange exchange) throws IOException {
        answer(exchange, new JWKSet(key.toPublicJWK()).toString());
    }

    private void token(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        granted.incrementAndGet();
        answer(
                exchange,
                "{\"access_token\": \"%s\", \"token_type\": \"Bearer\", \"expires_in\": 300}"
                        .formatted(sign(claims(audience, "a client"))));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
