package dev.seeddiffusion.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Mixed requests that arrive whether or not earlier ones are answered, each by a client that tries
 * again, elsewhere, while it is refused for a while or its connection breaks.
 */
final class Traffic implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final List<Integer> RETRIED = List.of(429, 500, 502, 503, 504);

    /** What is asked, and the status that answers it. */
    private enum Kind {
        COMPLETION("/v1/completions", 200, 50),
        EDIT("/v1/edit/completions", 200, 20),
        CHAT("/v1/chat/completions", 200, 10),
        CANCELLED("/v1/completions", 200, 10),
        BAD("/v1/completions", 400, 10);

        private final String path;
        private final int status;
        private final int percent;

        Kind(String path, int status, int percent) {
            this.path = path;
            this.status = status;
            this.percent = percent;
        }

        static Kind of(int percentile) {
            int left = percentile;
            for (Kind kind : values()) {
                left -= kind.percent;
                if (left < 0) {
                    return kind;
                }
            }
            throw new AssertionError(percentile);
        }
    }

    private final List<URI> apis;
    private final double meanMillis;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Long> millis = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final Map<Kind, Integer> asked = Collections.synchronizedMap(new TreeMap<>());
    private final Thread arrivals;
    private volatile int retries;
    private volatile boolean isOver;

    private Traffic(List<URI> apis, double perSecond) {
        this.apis = apis;
        this.meanMillis = 1000 / perSecond;
        this.arrivals = Thread.ofVirtual().start(this::arrive);
    }

    /**
     * @param apis asked in turn
     * @param perSecond requests, at times that are independent of each other
     */
    static Traffic start(List<URI> apis, double perSecond) {
        return new Traffic(apis, perSecond);
    }

    private void arrive() {
        SplittableRandom random = new SplittableRandom(7);
        Instant next = Instant.now();
        for (int number = 0; !isOver; number++) {
            Kind kind = Kind.of(random.nextInt(100));
            int it = number;
            asked.merge(kind, 1, Integer::sum);
            clients.execute(() -> ask(kind, it));
            next = next.plusMillis(Math.round(-Math.log(1 - random.nextDouble()) * meanMillis));
            while (!isOver && Instant.now().isBefore(next)) {
                LockSupport.parkUntil(next.toEpochMilli());
            }
        }
    }

    private void ask(Kind kind, int number) {
        Instant start = Instant.now();
        String last = "";
        for (int attempt = 0; Instant.now().isBefore(start.plus(PATIENCE)); attempt++) {
            try {
                last = once(kind, number, apis.get((number + attempt) % apis.size()));
            } catch (IOException | InterruptedException e) {
                last = e.toString();
            }
            if (last.isEmpty()) {
                millis.add(Duration.between(start, Instant.now()).toMillis());
                return;
            }
            retries++;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        failures.add(kind + ": " + last);
    }

    /**
     * @return empty if all is well, else why to try again
     */
    private String once(Kind kind, int number, URI api) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(
                        HttpRequest.newBuilder(api.resolve(kind.path))
                                .timeout(PATIENCE)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body(kind, number)))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != kind.status) {
                String why = response.statusCode() + " " + text(body);
                return RETRIED.contains(response.statusCode()) ? why : fail(kind, why);
            }
            if (kind == Kind.CANCELLED) {
                body.read(); // and goes away
                return "";
            }
            String text = text(body);
            boolean isWhole = kind != Kind.COMPLETION || text.endsWith("data: [DONE]\n\n");
            return isWhole ? "" : "breaks off: " + text.substring(Math.max(0, text.length() - 200));
        }
    }

    private String fail(Kind kind, String why) {
        failures.add(kind + ": " + why);
        return "";
    }

    private static String text(InputStream body) throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String body(Kind kind, int number) {
        String code =
                "def f%d(values, limit):\\n    \\\"\\\"\\\"Return the sum of the even numbers in values.\\\"\\\"\\\"\\n"
                        .formatted(number % 40);
        return switch (kind) {
            case COMPLETION ->
                    "{\"prompt\":\"%s\",\"max_tokens\":48,\"stream\":true}".formatted(code);
            case CANCELLED ->
                    "{\"prompt\":\"%s\",\"max_tokens\":200,\"stream\":true,\"decoding\":\"autoregressive\"}"
                            .formatted(code);
            case EDIT ->
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"<|code_to_edit|>\\n%s    return sum(values)\\n<|/code_to_edit|>\\nFix the bug.\"}],\"max_tokens\":80}"
                            .formatted(code);
            case CHAT ->
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"max_tokens\":32}"
                            .formatted(code);
            case BAD -> "{\"prompt\":\"%s\",\"temperature\":%d}".formatted(code, 3 + number);
        };
    }

    /** Requests that were answered as they should be. */
    int answered() {
        return millis.size();
    }

    /** What went wrong for good. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ends the arrivals and waits for the last answers. */
    @Override
    public void close() {
        isOver = true;
        LockSupport.unpark(arrivals);
        try {
            arrivals.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clients.close();
    }

    @Override
    public String toString() {
        List<Long> sorted = millis.stream().sorted().toList();
        return "%s, %d answered, %d tried again, median %d ms, p99 %d ms, %d failed"
                .formatted(
                        asked,
                        sorted.size(),
                        retries,
                        sorted.get(sorted.size() / 2),
                        sorted.get(sorted.size() * 99 / 100),
                        failures.size());
    }
}
