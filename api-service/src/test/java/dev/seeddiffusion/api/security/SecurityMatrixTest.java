package dev.seeddiffusion.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.api.security.Endpoints.Endpoint;
import dev.seeddiffusion.common.signon.TestIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.RequestBodySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every endpoint × every credential that is not good: the right status, and no work done. */
@SignedOnTest
class SecurityMatrixTest {

    private static final String GENERATION = "{\"prompt\":\"x\"}";
    private static final String KEY = "{\"name\":\"x\",\"scopes\":[\"completions\"]}";

    @LocalServerPort private int port;
    @Autowired private ApplicationContext context;
    @Autowired private FakeGenerationBackend backend;
    @Autowired private Tokens tokens;

    @Autowired
    @Qualifier("otherIssuer")
    private TestIssuer otherIssuer;

    private WebTestClient client;

    @BeforeEach
    void connect() {
        backend.recovers();
        client =
                WebTestClient.bindToServer()
                        .baseUrl("http://127.0.0.1:" + port)
                        .responseTimeout(Duration.ofSeconds(20))
                        .build();
    }

    enum Bad {
        NO_TOKEN,
        GARBAGE,
        MALFORMED,
        PASSWORD,
        EXPIRED,
        WITHOUT_EXPIRY,
        NOT_YET_VALID,
        WRONG_AUDIENCE,
        WRONG_ISSUER,
        SIGNED_BY_ANOTHER_ISSUER,
        TAMPERED,
        ALG_NONE,
        SIGNED_WITH_THE_PUBLIC_KEY,
        ENCRYPTED,
        FOR_ANOTHER_PURPOSE,
        WITHOUT_TENANT,
        WITH_A_TENANT_OF_CONTROL_CHARACTERS,
        UNKNOWN_KEY,
        REVOKED_KEY
    }

    @ParameterizedTest
    @EnumSource(Bad.class)
    void what_does_not_tell_who_asks_is_401_everywhere(Bad credential) throws Exception {
        String authorization = authorization(credential);
        assertThat(Endpoints.of(context).closed())
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        endpoint -> {
                            EntityExchangeResult<byte[]> refused = ask(endpoint, authorization);
                            assertThat(refused.getStatus().value()).isEqualTo(401);
                            assertThat(refused.getResponseHeaders().getFirst("WWW-Authenticate"))
                                    .startsWith("Bearer");
                            assertIsError(refused, "invalid_api_key");
                        });
        assertThat(backend.requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void what_lacks_the_scope_is_403_everywhere_and_what_has_it_is_not(Scope scope) {
        String bearer = "Bearer " + tokens.of("acme", scope.text());
        String without = "Bearer " + tokens.of("acme", "openid profile");
        for (Endpoint endpoint : Endpoints.of(context).closed()) {
            EntityExchangeResult<byte[]> refused = ask(endpoint, without);
            assertThat(refused.getStatus().value()).as(endpoint.toString()).isEqualTo(403);
            assertThat(refused.getResponseHeaders().getFirst("WWW-Authenticate"))
                    .isEqualTo("Bearer error=\"insufficient_scope\"");
            assertIsError(refused, "insufficient_scope");
        }
        assertThat(backend.requests()).isEmpty();

        for (Endpoint endpoint : Endpoints.of(context).closed()) {
            boolean isForAdmins =
                    endpoint.path().startsWith("/admin") || endpoint.path().startsWith("/actuator");
            int status = ask(endpoint, bearer).getStatus().value();
            if (isForAdmins) {
                assertThat(status == 403).as(endpoint.toString()).isEqualTo(scope != Scope.ADMIN);
            } else if (endpoint.path().equals("/mcp")) {
                assertThat(status).as("tools that complete and edit").isEqualTo(403);
            } else if (scope == Scope.ADMIN) {
                assertThat(status).as(endpoint.toString()).isEqualTo(403);
            }
        }
        assertThat(backend.requests())
                .allSatisfy(request -> assertThat(request.tenant()).isEqualTo("acme"));
        if (scope != Scope.EDITS) {
            assertThat(backend.requests().isEmpty()).isEqualTo(scope == Scope.ADMIN);
        }
    }

    @Test
    void every_endpoint_is_opened_by_some_scope() {
        String all = "Bearer " + tokens.of("acme", "completions edits admin");
        assertThat(Endpoints.of(context).all())
                .allSatisfy(
                        endpoint ->
                                assertThat(ask(endpoint, all).getStatus().value())
                                        .isNotIn(401, 403));
    }

    @Test
    void health_takes_no_token_and_a_path_that_is_not_there_is_closed() {
        assertThat(get("/actuator/health/readiness", "").getStatus().value()).isEqualTo(200);
        assertThat(get("/v2/models", "").getStatus().value()).isEqualTo(401);
        assertThat(get("/v2/models", "Bearer " + tokens.of("acme", "completions edits admin")))
                .satisfies(is -> assertThat(is.getStatus().value()).isEqualTo(403));
    }

    @Test
    void a_token_of_each_issuer_is_let_in_and_its_tenant_is_what_the_sampler_sees() {
        Endpoint completions = new Endpoint(HttpMethod.POST, "/v1/completions");
        String other =
                otherIssuer.sign(
                        otherIssuer
                                .claims("api-service", "bob")
                                .claim("tenant", "globex")
                                .claim("scope", "completions"));

        assertThat(ask(completions, "Bearer " + tokens.of("acme", "completions")).getStatus())
                .satisfies(is -> assertThat(is.value()).isEqualTo(200));
        assertThat(ask(completions, "bearer " + other).getStatus().value()).isEqualTo(200);

        assertThat(backend.requests())
                .extracting(request -> request.tenant())
                .containsExactly("acme", "globex");
    }

    @Test
    void a_tool_is_called_for_the_tenant_of_the_token() {
        String both = "Bearer " + tokens.of("acme", "completions edits");
        client.post()
                .uri("/mcp")
                .header(HttpHeaders.AUTHORIZATION, both)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        """
                        {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": "complete", "arguments": {"prompt": "x"}}}
                        """)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.result.isError")
                .isEqualTo(false);

        assertThat(backend.requests())
                .extracting(request -> request.tenant())
                .containsExactly("acme");
    }

    @Test
    void another_tenants_keys_are_neither_seen_nor_revoked_and_a_key_manages_none() {
        String admin = "Bearer " + tokens.of("acme", "admin");
        String otherAdmin = "Bearer " + tokens.of("globex", "admin");
        JsonNode key = issueKey(admin);
        String id = key.get("id").asString();
        Endpoint revoke = new Endpoint(HttpMethod.DELETE, "/admin/keys/" + id);

        EntityExchangeResult<byte[]> refused = ask(revoke, otherAdmin);
        assertThat(refused.getStatus().value()).isEqualTo(404);
        assertIsError(refused, "key_not_found");
        assertThat(new String(get("/admin/keys", otherAdmin).getResponseBody())).doesNotContain(id);
        assertThat(new String(get("/admin/keys", admin).getResponseBody()))
                .contains(id)
                .doesNotContain(key.get("key").asString());

        String byKey = "Bearer " + key.get("key").asString();
        assertThat(get("/v1/models", byKey).getStatus().value()).isEqualTo(200);
        for (Endpoint endpoint : Endpoints.of(context).closed()) {
            if (endpoint.path().startsWith("/admin")) {
                assertThat(ask(endpoint, byKey).getStatus().value()).isEqualTo(403);
            }
        }
        assertThat(ask(revoke, byKey).getStatus().value()).isEqualTo(403);
        assertThat(ask(revoke, admin).getStatus().value()).isEqualTo(204);
        assertThat(get("/v1/models", byKey).getStatus().value()).isEqualTo(401);
    }

    private String authorization(Bad credential) throws Exception {
        TestIssuer issuer = tokens.issuer();
        var good = tokens.claims("acme", "completions edits admin");
        Date longAgo = Date.from(Instant.now().minusSeconds(3600));
        return switch (credential) {
            case NO_TOKEN -> "";
            case GARBAGE -> "Bearer garbage";
            case MALFORMED -> "Bearer a b\u00fc";
            case PASSWORD -> "Basic YWRtaW46YWRtaW4=";
            case EXPIRED -> "Bearer " + issuer.sign(good.expirationTime(longAgo));
            case WITHOUT_EXPIRY -> "Bearer " + issuer.sign(good.expirationTime(null));
            case NOT_YET_VALID ->
                    "Bearer "
                            + issuer.sign(
                                    good.notBeforeTime(Date.from(Instant.now().plusSeconds(3600))));
            case WRONG_AUDIENCE -> "Bearer " + issuer.sign(good.audience("inference-service"));
            case WRONG_ISSUER ->
                    "Bearer " + issuer.sign(good.issuer("https://id.example/\n\"evil"));
            case SIGNED_BY_ANOTHER_ISSUER -> "Bearer " + otherIssuer.sign(good);
            case TAMPERED -> {
                String[] mine = issuer.sign(good).split("\\.");
                String[] others = issuer.sign(good.claim("tenant", "globex")).split("\\.");
                yield "Bearer " + mine[0] + "." + others[1] + "." + mine[2];
            }
            case ALG_NONE -> "Bearer " + new PlainJWT(good.build()).serialize();
            case SIGNED_WITH_THE_PUBLIC_KEY -> {
                SignedJWT token =
                        new SignedJWT(
                                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("test").build(),
                                good.build());
                token.sign(new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
                yield "Bearer " + token.serialize();
            }
            case ENCRYPTED -> "Bearer " + encrypted(issuer, good.build());
            case FOR_ANOTHER_PURPOSE ->
                    "Bearer "
                            + issuer.sign(
                                    good, header -> header.type(new JOSEObjectType("logout+jwt")));
            case WITHOUT_TENANT -> "Bearer " + issuer.sign(good.claim("tenant", null));
            case WITH_A_TENANT_OF_CONTROL_CHARACTERS ->
                    "Bearer " + issuer.sign(good.claim("tenant", "acme\r\nx: y"));
            case UNKNOWN_KEY -> "Bearer sk-seed-0123456789abcdef-" + "A".repeat(43);
            case REVOKED_KEY -> {
                String admin = "Bearer " + tokens.of("acme", "admin");
                JsonNode key = issueKey(admin);
                ask(
                        new Endpoint(HttpMethod.DELETE, "/admin/keys/" + key.get("id").asString()),
                        admin);
                yield "Bearer " + key.get("key").asString();
            }
        };
    }

    private static String encrypted(TestIssuer issuer, com.nimbusds.jwt.JWTClaimsSet claims)
            throws JOSEException {
        EncryptedJWT token =
                new EncryptedJWT(
                        new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM), claims);
        token.encrypt(new RSAEncrypter(issuer.key()));
        return token.serialize();
    }

    private JsonNode issueKey(String authorization) {
        EntityExchangeResult<byte[]> issued =
                ask(new Endpoint(HttpMethod.POST, "/admin/keys"), authorization);
        assertThat(issued.getStatus().value()).isEqualTo(201);
        return JsonMapper.shared().readTree(issued.getResponseBody());
    }

    private EntityExchangeResult<byte[]> get(String path, String authorization) {
        return ask(new Endpoint(HttpMethod.GET, path), authorization);
    }

    private EntityExchangeResult<byte[]> ask(Endpoint endpoint, String authorization) {
        RequestBodySpec request = client.method(endpoint.method()).uri(endpoint.path());
        if (!authorization.isEmpty()) {
            request.header(HttpHeaders.AUTHORIZATION, authorization);
        }
        if (endpoint.method() == HttpMethod.POST) {
            request.contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(endpoint.path().startsWith("/admin") ? KEY : GENERATION);
        }
        return request.exchange().expectBody().returnResult();
    }

    private static void assertIsError(EntityExchangeResult<byte[]> answer, String code) {
        JsonNode error = JsonMapper.shared().readTree(answer.getResponseBody()).get("error");
        assertThat(error.get("code").asString()).isEqualTo(code);
        assertThat(error.get("type").asString()).isEqualTo("invalid_request_error");
        assertThat(error.get("message").asString()).isNotBlank();
        assertThat(error.has("param")).isTrue();
    }
}
