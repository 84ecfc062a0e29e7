package dev.seeddiffusion.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Whatever is sent: an answer, no 5xx, and the next request is served. Seeded. */
class FuzzTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int BODIES = 10_000;
    private static final int HOSTILE_STRINGS = 2_000;
    private static final int AT_ONCE = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String MCP = "/mcp";

    private static final List<String> PATHS =
            List.of(
                    "/v1/completions",
                    "/v1/fim/completions",
                    "/v1/chat/completions",
                    "/v1/edit/completions",
                    "/v1/apply/completions",
                    "/v1/infill",
                    "/tokenize",
                    "/detokenize",
                    MCP);

    private static final List<String> NAMES =
            List.of(
                    "model",
                    "prompt",
                    "suffix",
                    "echo",
                    "n",
                    "logprobs",
                    "max_tokens",
                    "messages",
                    "temperature",
                    "top_p",
                    "seed",
                    "stop",
                    "stream",
                    "stream_options",
                    "decoding",
                    "block_tokens",
                    "threshold",
                    "diffusing",
                    "provenance",
                    "max_steps",
                    "segments",
                    "deadline_ms",
                    "response_format",
                    "tools",
                    "tokens",
                    "top_logprobs",
                    "best_of",
                    "user",
                    "max_completion_tokens",
                    "code",
                    "instruction",
                    "no_such_parameter",
                    "");

    /** A line of its own: in JSON there are none. */
    private static final Pattern BROKEN = Pattern.compile("(?m)^event: error$");

    private final Random random = new Random(20_261_125);
    private final WebClient client = ShippedModel.client();

    private record Sent(String path, byte[] body) {}

    private record Answered(Sent sent, int status, String body) {}

    @Test
    void ten_thousand_bodies_are_answered_and_none_breaks_the_service() {
        requireHarmless(IntStream.range(0, BODIES).mapToObj(_ -> body()).toList());
    }

    @Test
    void two_thousand_hostile_strings_are_answered_and_none_breaks_the_service() {
        requireHarmless(IntStream.range(0, HOSTILE_STRINGS).mapToObj(this::hostile).toList());
    }

    private void requireHarmless(List<Sent> all) {
        List<Answered> answers =
                Flux.fromIterable(all)
                        .flatMap(this::send, AT_ONCE)
                        .collectList()
                        .blockOptional(PATIENCE)
                        .orElseThrow();

        assertThat(answers).hasSize(all.size());
        Map<Integer, Long> statuses =
                answers.stream()
                        .collect(Collectors.groupingBy(Answered::status, Collectors.counting()));
        System.out.println("Statuses: " + statuses);
        assertThat(answers)
                .filteredOn(it -> it.status >= 500 || BROKEN.matcher(it.body).find())
                .map(it -> it.sent.path + " " + new String(it.sent.body, StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(answers)
                .filteredOn(it -> it.status >= 400)
                .allSatisfy(it -> assertThat(it.body).contains("\"error\"", "\"message\""));
        assertThat(statuses).containsKeys(200, 400);
        assertThat(get("/actuator/health/readiness")).contains("UP");
        Answered next = send(new Sent("/v1/completions", bytes("{\"prompt\":\"def f(\"}"))).block();
        assertThat(next.status).isEqualTo(200);
    }

    private Mono<Answered> send(Sent sent) {
        return client.post()
                .uri(sent.path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(sent.body)
                .exchangeToMono(
                        answer ->
                                answer.bodyToMono(String.class)
                                        .defaultIfEmpty("")
                                        .map(
                                                body ->
                                                        new Answered(
                                                                sent,
                                                                answer.statusCode().value(),
                                                                body)));
    }

    private String get(String path) {
        return client.get()
                .uri(path)
                .retrieve()
                .bodyToMono(String.class)
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** Mostly an object of known names with values that fit seldom; sometimes broken. */
    private Sent body() {
        StringBuilder object = new StringBuilder("{");
        int fields = 1 + random.nextInt(5);
        for (int i = 0; i < fields; i++) {
            object.append(i == 0 ? "" : ",")
                    .append(quoted(pick(NAMES)))
                    .append(':')
                    .append(value(0));
        }
        if (random.nextInt(40) == 0) {
            String valid = "{\"prompt\":%s,\"max_tokens\":1}".formatted(quoted(text()));
            return new Sent("/v1/completions", damaged(bytes(valid)));
        }
        String path = pick(PATHS);
        String body = path.equals(MCP) ? toolCall(object + "}") : object + "}";
        return new Sent(path, damaged(bytes(body)));
    }

    private String toolCall(String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                + "{\"name\":%s,\"arguments\":%s}}"
                        .formatted(
                                quoted(pick(List.of("complete", "edit", "infill", "x"))),
                                arguments);
    }

    private byte[] damaged(byte[] body) {
        if (random.nextInt(4) == 0) {
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
        }
        return body;
    }

    private String value(int depth) {
        List<Supplier<String>> kinds =
                List.of(
                        () -> "null",
                        () -> String.valueOf(random.nextBoolean()),
                        () -> String.valueOf(random.nextInt(-3, 4)),
                        () -> pick(List.of("1e999", "-0.0", "0.5", "1.5", "9223372036854775808")),
                        () -> quoted(text()),
                        () -> quoted(pick(List.of("nano", "fast", "lossless", "user", "text"))),
                        () -> depth > 3 ? "[]" : "[" + value(depth + 1) + "]",
                        () ->
                                depth > 3
                                        ? "{}"
                                        : "{%s:%s}"
                                                .formatted(
                                                        quoted(
                                                                pick(
                                                                        List.of(
                                                                                "role",
                                                                                "content",
                                                                                "type",
                                                                                "hole",
                                                                                "include_usage"))),
                                                        value(depth + 1)),
                        () -> "[{\"role\":\"user\",\"content\":%s}]".formatted(quoted(text())),
                        () -> "[%s,{\"hole\":true}]".formatted(quoted(text())));
        return pick(kinds).get();
    }

    private Sent hostile(int i) {
        String text = i % 200 == 0 ? "x".repeat(1 << 20) : text() + text() + text();
        String quoted =
                i % 50 == 1
                        ? "\"\\ud800" + text().replaceAll("[\"\\\\\\p{Cntrl}]", "") + "\""
                        : quoted(text);
        return switch (i % 5) {
            case 0 ->
                    new Sent(
                            "/v1/completions",
                            bytes("{\"prompt\":%s,\"max_tokens\":1}".formatted(quoted)));
            case 1 -> new Sent("/tokenize", bytes("{\"prompt\":%s}".formatted(quoted)));
            case 2 ->
                    new Sent(
                            "/v1/completions",
                            bytes(
                                    "{\"prompt\":\"x\",\"max_tokens\":2,\"stop\":%s}"
                                            .formatted(quoted)));
            case 3 ->
                    new Sent(
                            "/v1/chat/completions",
                            bytes(
                                    "{\"messages\":[{\"role\":\"user\",\"content\":%s}],\"max_tokens\":1,\"stream\":true}"
                                            .formatted(quoted)));
            default ->
                    new Sent(
                            "/v1/completions",
                            bytes("{\"prompt\":\"x\",\"model\":%s}".formatted(quoted)));
        };
    }

    private String text() {
        return switch (random.nextInt(8)) {
            case 0 ->
                    pick(
                            List.of(
                                    "<|mask|>",
                                    "<|endoftext|>",
                                    "<|fim_suffix|>",
                                    "<|code_to_edit|>"));
            case 1 -> "\u0000\u0007\u001b[2J\r\n\t\u007f\u0085";
            case 2 -> "\u202e\u2066\ufeff\ufffe\u200b\u0301\u0301";
            case 3 -> "\ud83d\udc69\u200d\ud83d\udcbb\ud800\udf48";
            case 4 -> "'; DROP TABLE t; -- ${jndi:ldap://x} {{7*7}} ../../etc/passwd %00%n";
            case 5 -> "```\n".repeat(random.nextInt(4)) + "data: [DONE]\n\nevent: error\n\n";
            case 6 -> "";
            default ->
                    random.ints(random.nextInt(40), 0, 0x3000)
                            .mapToObj(Character::toString)
                            .collect(Collectors.joining());
        };
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
