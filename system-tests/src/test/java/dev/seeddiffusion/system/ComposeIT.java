package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * docker-compose.yml in real containers, from the images on. Left out where no Docker answers; of
 * the services, Grafana, where its image cannot be had.
 */
@EnabledIf(value = "isThereDocker", disabledReason = ComposeIT.NO_DOCKER)
@TestMethodOrder(OrderAnnotation.class) // one stack; what breaks it comes last
class ComposeIT {

    static final String NO_DOCKER = "no Docker with Compose answers";

    private static final URI API = URI.create("http://127.0.0.1:8080");
    private static final URI TOKENS =
            URI.create("http://127.0.0.1:8180/realms/seed/protocol/openid-connect/token");
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Compose compose;

    static boolean isThereDocker() throws Exception {
        boolean there = Compose.find().isPresent();
        if (!there) {
            System.out.println("ComposeIT is skipped: " + NO_DOCKER + ".");
        }
        return there;
    }

    @BeforeAll
    static void up() throws Exception {
        compose = Compose.find().orElseThrow();
        List<String> command =
                new ArrayList<>(List.of("up", "--build", "--detach", "api-service", "prometheus"));
        if (Compose.docker("pull", "--quiet", compose.image("grafana/")).exitCode() == 0) {
            command.add("grafana");
        } else {
            System.out.println("ComposeIT leaves Grafana out: its image cannot be had here.");
        }
        compose.run(command.toArray(String[]::new)).orFail();
        Instant deadline = Instant.now().plus(START);
        while (!ready()) {
            assertThat(Instant.now()).as("the api-service gets ready").isBefore(deadline);
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static boolean ready() throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(API.resolve("/actuator/health/readiness")))
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    @AfterAll
    static void down() throws Exception {
        if (compose != null) {
            compose.run("down", "--volumes", "--timeout", "5").orFail();
        }
    }

    @Test
    @Order(1)
    void a_machine_signs_in_and_completes_and_streams() throws Exception {
        String token = token();
        HttpResponse<String> completion = complete(token, false);
        assertThat(completion.statusCode()).as(completion.body()).isEqualTo(200);
        assertThat(completion.body()).contains("\"completion_tokens\"");

        HttpResponse<String> stream = complete(token, true);
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.body().lines().filter(line -> line.startsWith("data: ")))
                .hasSizeGreaterThan(2)
                .last()
                .isEqualTo("data: [DONE]");

        assertThat(complete("not a token", false).statusCode()).isEqualTo(401);
    }

    @Test
    @Order(2)
    void every_container_runs_as_nobody_on_a_file_system_that_cannot_be_written() throws Exception {
        List<String> containers = compose.containers();
        assertThat(containers).hasSizeGreaterThanOrEqualTo(7);
        for (String container : containers) {
            assertThat(Compose.docker("exec", container, "id", "-u").orFail()).isNotEqualTo("0");
            assertThat(Compose.docker("exec", container, "touch", "/probe").output())
                    .contains("Read-only file system");
        }
    }

    @Test
    @Order(2)
    void only_the_api_the_login_and_grafana_are_published_and_on_loopback() throws Exception {
        List<String> published = new ArrayList<>();
        for (String container : compose.containers()) {
            Compose.docker("port", container).orFail().lines().forEach(published::add);
        }
        assertThat(published)
                .contains("8080/tcp -> 127.0.0.1:8080", "8180/tcp -> 127.0.0.1:8180")
                .isSubsetOf(
                        "8080/tcp -> 127.0.0.1:8080",
                        "8180/tcp -> 127.0.0.1:8180",
                        "3000/tcp -> 127.0.0.1:3000");
    }

    @ParameterizedTest(name = "{0} and {1}: {3}")
    @Order(2)
    @CsvSource({
        "api-service, inference-service, 8081, true",
        "api-service, redis, 6379, true",
        "api-service, cache-service, 8082, false",
        "inference-service, cache-service, 8082, true",
        "inference-service, redis, 6379, false",
        "cache-service, redis, 6379, true",
        "cache-service, api-service, 8080, false"
    })
    void services_that_have_nothing_to_say_to_each_other_have_no_network_in_common(
            String one, String other, int port, boolean connected) throws Exception {
        String connect = "timeout 3 bash -c 'exec 3<>/dev/tcp/%s/%d'".formatted(other, port);
        Compose.Result result =
                Compose.docker("exec", compose.containers(one).getFirst(), "bash", "-c", connect);
        assertThat(result.exitCode() == 0).as(result.output()).isEqualTo(connected);
    }

    @Test
    @Order(2)
    void a_secret_that_is_not_set_is_named() throws Exception {
        Compose.Result refused = compose.withSecret("REDIS_PASSWORD", "").run("config", "--quiet");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output()).contains("REDIS_PASSWORD", ".env.example");
    }

    @Test
    @Order(3)
    void completions_go_on_when_a_replica_is_killed() throws Exception {
        List<String> replicas = compose.containers("inference-service");
        assertThat(replicas).hasSize(2);
        String token = token();
        Compose.docker("kill", replicas.getFirst()).orFail();
        for (int i = 0; i < 10; i++) {
            HttpResponse<String> completion = complete(token, i % 2 == 0);
            assertThat(completion.statusCode()).as(completion.body()).isEqualTo(200);
            assertThat(completion.body()).doesNotContain("event: error");
        }
    }

    private static String token() throws IOException, InterruptedException {
        String form =
                "grant_type=client_credentials&client_id=acme-ci&scope=completions&client_secret="
                        + URLEncoder.encode(
                                compose.secret("ACME_CI_SECRET"), StandardCharsets.UTF_8);
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(TOKENS)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body()).get("access_token").asString();
    }

    private static HttpResponse<String> complete(String token, boolean stream)
            throws IOException, InterruptedException {
        String body =
                "{\"prompt\": \"def is_prime(n):\\n\", \"max_tokens\": 48, \"stream\": %s}"
                        .formatted(stream);
        return send(
                HttpRequest.newBuilder(API.resolve("/v1/completions"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HTTP.send(
                request.timeout(Duration.ofMinutes(1)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
