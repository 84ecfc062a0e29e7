package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The platform as it is deployed: Redis, a cache-service, two inference-services on the shipped
 * model, an api-service, each a process, talking over HTTP.
 */
class ThreeServicesIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration CHUNKS_STORED = Duration.ofSeconds(20);

    /** Longer than a chunk of 64 tokens, so that there is something to share. */
    private static final String LONG_PROMPT =
            """
            def count_vowels(text):
                \"""Return the number of vowels in the text.

                Upper-case and lower-case vowels are both counted, every other
                character is left out, and an empty text has no vowels at all. What
                is a vowel does not depend on the language: a, e, i, o and u are.
                \"""
            """;

    private static RedisServer redis;
    private static ServiceProcess cache;
    private static ServiceProcess first;
    private static ServiceProcess second;
    private static ServiceProcess api;

    @BeforeAll
    static void start() throws Exception {
        int redisPort = ServiceProcess.freePort();
        redis = RedisServer.newRedisServer().port(redisPort).build();
        redis.start();
        cache =
                ServiceProcess.start(
                        "cache-service", "cache", "spring.data.redis.port=" + redisPort);
        first = replica("replica-1");
        second = replica("replica-2");
        api =
                ServiceProcess.start(
                        "api-service",
                        "api",
                        "api.replicas[0]=" + first.address(),
                        "api.replicas[1]=" + second.address());
        for (ServiceProcess process : List.of(cache, first, second, api)) {
            process.awaitReady();
        }
    }

    private static ServiceProcess replica(String name) throws IOException {
        return ServiceProcess.start(
                "inference-service",
                name,
                "inference.model=../models/nano",
                "inference.prefix-cache.cache-service=" + cache.address(),
                "inference.prefix-cache.secret=made for this test, and long enough",
                "inference.prefix-cache.fetch-deadline=5s");
    }

    @AfterAll
    static void stop() throws IOException {
        Stream.of(api, second, first, cache)
                .filter(process -> process != null)
                .forEach(ServiceProcess::close);
        if (redis != null) {
            redis.stop();
        }
    }

    @Test
    void a_completion_crosses_all_services() throws Exception {
        HttpResponse<String> response = complete();

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode completion = JSON.readTree(response.body());
        assertThat(completion.at("/object").asString()).isEqualTo("text_completion");
        assertThat(completion.at("/choices/0/text").asString()).isNotBlank();
        assertThat(completion.at("/usage/completion_tokens").asInt()).isBetween(1, 24);
    }

    private static HttpResponse<String> complete() throws IOException, InterruptedException {
        return api.post(
                "/v1/completions",
                JSON.writeValueAsString(
                        JSON.createObjectNode()
                                .put("prompt", "def is_prime(n):\n")
                                .put("max_tokens", 24)
                                .put("seed", 1)));
    }

    @Test
    void a_stream_arrives_in_chunks_and_is_done() throws Exception {
        HttpResponse<String> response =
                api.post(
                        "/v1/completions",
                        JSON.writeValueAsString(
                                JSON.createObjectNode()
                                        .put("prompt", LONG_PROMPT)
                                        .put("stream", true)
                                        .put("block_tokens", 4)
                                        .put("max_tokens", 16)));

        List<String> frames =
                response.body().lines().filter(line -> line.startsWith("data: ")).toList();
        assertThat(frames).hasSizeGreaterThan(2).last().isEqualTo("data: [DONE]");
        assertThat(response.body()).contains("\"finish_reason\":\"");
    }

    @Test
    void a_replica_reads_the_prefix_that_the_other_one_computed() throws Exception {
        Answer computed = Answer.of(first, "it", LONG_PROMPT, 24);
        assertThat(computed.promptTokens()).isGreaterThan(64);

        Answer fetched = Answer.of(second, "it", LONG_PROMPT, 24);
        Instant deadline = Instant.now().plus(CHUNKS_STORED);
        while (fetched.cachedTokens() == 0 && Instant.now().isBefore(deadline)) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos()); // chunks are stored behind
            fetched = Answer.of(second, "it", LONG_PROMPT, 24);
        }

        assertThat(fetched.cachedTokens()).isGreaterThanOrEqualTo(64);
        assertThat(fetched.text()).isEqualTo(computed.text());
        assertThat(cache.get("/actuator/prometheus").body()).contains("cache_chunk");
    }

    @Test
    void dashboard_and_alerts_are_about_metrics_that_the_services_tell() throws Exception {
        complete();
        Answer.of(first, "it", LONG_PROMPT, 24);
        Answer.of(second, "it", LONG_PROMPT, 24);
        Set<String> told = new TreeSet<>();
        for (ServiceProcess service : List.of(api, first, second, cache)) {
            told.addAll(PromQl.told(service.get("/actuator/prometheus").body()));
        }

        assertThat(told)
                .containsAll(
                        metrics(
                                "../observability/alerts.yml",
                                "expr: (?:>-\\n)?(.*?)\\n +(?:for|labels):"));
        assertThat(told)
                .containsAll(
                        metrics(
                                "../observability/grafana/dashboards/seed-diffusion.json",
                                "\"expr\": \"(.*?)\",\n"));
    }

    private static Set<String> metrics(String file, String query) throws IOException {
        Set<String> names =
                Pattern.compile(query, Pattern.DOTALL)
                        .matcher(Files.readString(Path.of(file)))
                        .results()
                        .flatMap(it -> PromQl.metrics(it.group(1)).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names).hasSizeGreaterThan(5);
        return names;
    }

    @Test
    void each_alert_has_a_paragraph_that_tells_what_to_do() throws IOException {
        String alerts = Files.readString(Path.of("../observability/alerts.yml"));
        String operations = Files.readString(Path.of("../docs/operations.md"));

        List<String> names =
                Pattern.compile("alert: (.*)")
                        .matcher(alerts)
                        .results()
                        .map(it -> it.group(1))
                        .toList();

        assertThat(names).isNotEmpty();
        assertThat(names)
                .allSatisfy(
                        name ->
                                assertThat(alerts)
                                        .contains(
                                                "docs/operations.md#"
                                                        + name.toLowerCase(Locale.ROOT)));
        assertThat(operations.lines()).containsAll(names.stream().map("#### "::concat).toList());
    }
}
