package dev.seeddiffusion.system;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Keycloak, as the build unpacked it, with the realm of this repository. */
final class Keycloak implements AutoCloseable {

    /** What the realm leaves open; each client's secret is its name, for a test. */
    private static final Map<String, String> SECRETS =
            Map.of(
                    "API_SERVICE_SECRET", "api-service",
                    "INFERENCE_SERVICE_SECRET", "inference-service",
                    "PAGE_SECRET", "page",
                    "PROMETHEUS_SECRET", "prometheus",
                    "ACME_CI_SECRET", "acme-ci");

    private static final Duration START = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final String issuer;
    private final Path log;

    private Keycloak(Process process, String issuer, Path log) {
        this.process = process;
        this.issuer = issuer;
        this.log = log;
    }

    /**
     * Starts it and returns at once.
     *
     * @param realm in Keycloak's own JSON
     * @param page where the page is
     */
    static Keycloak start(JsonNode realm, URI page) throws IOException {
        Path home = Path.of("target", "keycloak-" + System.getProperty("keycloak.version"));
        Path imports = Files.createDirectories(home.resolve("data/import"));
        Files.writeString(imports.resolve("seed-realm.json"), realm.toString());
        int port = ServiceProcess.freePort();
        Path log = Path.of("target", "keycloak.log");
        ProcessBuilder builder =
                new ProcessBuilder(
                                "sh",
                                home.resolve("bin/kc.sh").toString(),
                                "start-dev",
                                "--import-realm",
                                "--db=dev-mem",
                                "--http-host=127.0.0.1",
                                "--http-port=" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(SECRETS);
        builder.environment().put("PAGE_URL", page.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // It lives for a minute: compiling little is quicker than compiling well.
        builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx384m");
        return new Keycloak(
                builder.start(), "http://127.0.0.1:%d/realms/seed".formatted(port), log);
    }

    String issuer() {
        return issuer;
    }

    String tokenEndpoint() {
        return issuer + "/protocol/openid-connect/token";
    }

    /** Waits until the realm is there; fails with its log if it does not come. */
    Keycloak awaitReady() throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(START);
        while (Instant.now().isBefore(deadline) && process.isAlive()) {
            try {
                if (get("/.well-known/openid-configuration") == 200) {
                    return this;
                }
            } catch (IOException e) {
                // not listening yet
            }
            process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("Not ready:\n" + Files.readString(log));
    }

    /** What it says to a client that asks for a token in its own name. */
    HttpResponse<String> clientCredentials(String client, String scope)
            throws IOException, InterruptedException {
        String form =
                Map.of(
                                "grant_type", "client_credentials",
                                "client_id", client,
                                "client_secret", client,
                                "scope", scope)
                        .entrySet()
                        .stream()
                        .map(it -> it.getKey() + "=" + encode(it.getValue()))
                        .collect(Collectors.joining("&"));
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(tokenEndpoint()))
                        .timeout(Duration.ofMinutes(1))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The token that it gives. */
    String token(String client, String scope) throws IOException, InterruptedException {
        HttpResponse<String> answer = clientCredentials(client, scope);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return JsonMapper.shared().readTree(answer.body()).get("access_token").asString();
    }

    /** At once, with the JVM that its script started: there is nothing to keep. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private int get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(issuer + path))
                                .timeout(Duration.ofMinutes(1))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
