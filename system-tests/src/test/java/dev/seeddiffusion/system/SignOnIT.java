package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * The platform behind a real Keycloak with the realm of this repository: people and machines are
 * let in, and each service lets in only those that are to talk to it.
 */
class SignOnIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CLIENTS = "spring.security.oauth2.client.";
    private static final String COMPLETION = "{\"prompt\":\"def f(x):\\n\",\"max_tokens\":8}";

    private static Keycloak keycloak;
    private static RedisServer redis;
    private static ServiceProcess cache;
    private static ServiceProcess replica;
    private static ServiceProcess api;

    @BeforeAll
    static void start() throws Exception {
        int apiPort = ServiceProcess.freePort();
        keycloak = Keycloak.start(realm(), URI.create("http://127.0.0.1:" + apiPort));
        int redisPort = ServiceProcess.freePort();
        redis = RedisServer.newRedisServer().port(redisPort).build();
        redis.start();
        cache =
                ServiceProcess.start(
                        "cache-service",
                        "signed-on-cache",
                        "spring.data.redis.port=" + redisPort,
                        "sign-on.issuers=" + keycloak.issuer());
        replica =
                ServiceProcess.start(
                        "inference-service",
                        "signed-on-replica",
                        with(
                                client("cache-service", "inference-service"),
                                "inference.model=../models/nano",
                                "inference.prefix-cache.cache-service=" + cache.address(),
                                "inference.prefix-cache.secret=what-the-replicas-of-this-test-share",
                                "sign-on.issuers=" + keycloak.issuer()));
        keycloak.awaitReady(); // the api-service reads its metadata when it starts
        api =
                ServiceProcess.startAt(
                        apiPort,
                        "api-service",
                        "signed-on-api",
                        with(
                                client("inference-service", "api-service"),
                                "api.replicas=" + replica.address(),
                                "spring.data.redis.port=" + redisPort,
                                "sign-on.issuers=" + keycloak.issuer(),
                                CLIENTS + "provider.keycloak.issuer-uri=" + keycloak.issuer(),
                                CLIENTS + "registration.page.provider=keycloak",
                                CLIENTS + "registration.page.client-id=page",
                                CLIENTS + "registration.page.client-secret=page",
                                CLIENTS + "registration.page.scope=openid,completions,edits,admin",
                                CLIENTS
                                        + "registration.page.authorization-grant-type=authorization_code",
                                CLIENTS
                                        + "registration.page.redirect-uri={baseUrl}/login/oauth2/code/page"));
        for (ServiceProcess process : List.of(cache, replica, api)) {
            process.awaitReady();
        }
    }

    /** The client by which one service talks to another. */
    private static String[] client(String service, String client) {
        String registration = CLIENTS + "registration." + service;
        return new String[] {
            CLIENTS + "provider.tokens.token-uri=" + keycloak.tokenEndpoint(),
            registration + ".provider=tokens",
            registration + ".client-id=" + client,
            registration + ".client-secret=" + client,
            registration + ".authorization-grant-type=client_credentials"
        };
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    /** The repository's, and in it two people and a client that was shut out. */
    private static JsonNode realm() {
        JsonNode realm = JSON.readTree(Path.of("../keycloak/seed-realm.json").toFile());
        ArrayNode users = (ArrayNode) realm.get("users");
        users.add(JSON.readTree(person("alice", true)));
        users.add(JSON.readTree(person("mallory", false)));
        ArrayNode clients = (ArrayNode) realm.get("clients");
        clients.add(
                JSON.readTree(
                        """
                        {"clientId": "shut-out", "secret": "shut-out", "enabled": false,
                         "serviceAccountsEnabled": true, "standardFlowEnabled": false}
                        """));
        return realm;
    }

    private static String person(String name, boolean enabled) {
        return """
               {"username": "%1$s", "enabled": %2$s, "emailVerified": true,
                "email": "%1$s@acme.example", "firstName": "%1$s", "lastName": "%1$s",
                "attributes": {"tenant": ["acme"]}, "realmRoles": ["completions"],
                "credentials": [{"type": "password", "value": "wonderland", "temporary": false}]}
               """
                .formatted(name, enabled);
    }

    @AfterAll
    static void stop() throws IOException {
        Stream.of(api, replica, cache)
                .filter(process -> process != null)
                .forEach(ServiceProcess::close);
        if (keycloak != null) {
            keycloak.close();
        }
        if (redis != null) {
            redis.stop();
        }
    }

    @Test
    void a_machines_token_is_let_in_for_the_scopes_that_it_has() throws Exception {
        HttpResponse<String> completion =
                api.post(
                        "/v1/completions",
                        COMPLETION,
                        "Authorization",
                        "Bearer " + keycloak.token("acme-ci", "completions"));
        assertThat(completion.statusCode()).as(completion.body()).isEqualTo(200);
        assertThat(completion.body()).contains("\"completion_tokens\"");

        String editor = "Bearer " + keycloak.token("acme-ci", "edits");
        HttpResponse<String> refused =
                api.post("/v1/completions", COMPLETION, "Authorization", editor);
        assertThat(refused.statusCode()).isEqualTo(403);
        // Whoever lacks the role admin does not get the scope by asking for it.
        String asked = "Bearer " + keycloak.token("acme-ci", "admin");
        assertThat(api.get("/admin/keys", "Authorization", asked).statusCode()).isEqualTo(403);
    }

    @Test
    void a_client_that_was_disabled_gets_no_token_and_nobody_gets_in_without() throws Exception {
        assertThat(keycloak.clientCredentials("shut-out", "openid").statusCode()).isEqualTo(401);
        HttpResponse<String> refused = api.post("/v1/completions", COMPLETION);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @Test
    void a_service_lets_in_the_one_that_is_to_talk_to_it_and_nobody_else() throws Exception {
        String person = "Bearer " + keycloak.token("acme-ci", "completions");
        String toReplica = "Bearer " + keycloak.token("api-service", "openid");
        String toCache = "Bearer " + keycloak.token("inference-service", "openid");

        assertThat(replica.get("/model").statusCode()).isEqualTo(401);
        assertThat(replica.get("/model", "Authorization", person).statusCode()).isEqualTo(401);
        assertThat(replica.get("/model", "Authorization", toCache).statusCode()).isEqualTo(401);
        assertThat(replica.get("/model", "Authorization", toReplica).statusCode()).isEqualTo(200);

        assertThat(match()).isEqualTo(401);
        assertThat(match("Authorization", person)).isEqualTo(401);
        assertThat(match("Authorization", toReplica)).isEqualTo(401);
        assertThat(match("Authorization", toCache)).isEqualTo(200);
    }

    private static int match(String... authorization) throws Exception {
        return cache.post(
                        "/chunks/match",
                        "[\"%s\"]".formatted("0".repeat(64)),
                        with(authorization, "Tenant-Tag", "0".repeat(64)))
                .statusCode();
    }

    @Test
    void a_person_signs_on_in_a_browser_and_uses_the_api_by_the_session() throws Exception {
        Browser browser = new Browser();
        HttpResponse<String> form = browser.open(api.address().resolve("/"));
        assertThat(form.uri().toString())
                .startsWith(keycloak.issuer())
                .contains("code_challenge=", "code_challenge_method=S256");

        HttpResponse<String> page =
                browser.submit(form, Map.of("username", "alice", "password", "wonderland"));
        assertThat(page.uri().getAuthority()).isEqualTo(api.address().getAuthority());
        assertThat(browser.visited())
                .anyMatch(it -> it.getPath().equals("/login/oauth2/code/page"));

        URI completions = api.address().resolve("/v1/completions");
        HttpResponse<String> forged = browser.post(completions, COMPLETION);
        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(forged.body()).contains("X-XSRF-TOKEN");
        String csrf = browser.cookie(api.address(), "XSRF-TOKEN");
        HttpResponse<String> completion =
                browser.post(completions, COMPLETION, "X-XSRF-TOKEN", csrf);
        assertThat(completion.statusCode()).as(completion.body()).isEqualTo(200);
        assertThat(
                        browser.post(
                                        api.address().resolve("/admin/keys"),
                                        "{}",
                                        "X-XSRF-TOKEN",
                                        csrf)
                                .statusCode())
                .isEqualTo(403); // she has no such role
    }

    @Test
    void a_wrong_password_and_a_person_who_was_shut_out_stay_outside() throws Exception {
        for (Map<String, String> credentials :
                List.of(
                        Map.of("username", "alice", "password", "looking-glass"),
                        Map.of("username", "mallory", "password", "wonderland"))) {
            Browser browser = new Browser();
            HttpResponse<String> answer =
                    browser.submit(browser.open(api.address().resolve("/")), credentials);
            assertThat(answer.uri().toString()).startsWith(keycloak.issuer());
            HttpResponse<String> refused =
                    browser.post(api.address().resolve("/v1/completions"), COMPLETION);
            assertThat(refused.statusCode()).isIn(401, 403);
        }
    }
}
