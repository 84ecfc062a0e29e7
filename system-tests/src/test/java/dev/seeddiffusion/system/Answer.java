package dev.seeddiffusion.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a replica wrote.
 *
 * @param prefix what it did about chunks that others had
 * @param timeToFirstToken from sending the request on
 */
record Answer(
        int promptTokens, int cachedTokens, String text, String prefix, Duration timeToFirstToken) {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Asks a replica, as an api-service does, for the likeliest text. */
    static Answer of(ServiceProcess replica, String tenant, String prompt, int maxTokens)
            throws IOException, InterruptedException {
        String request =
                JSON.writeValueAsString(
                        JSON.createObjectNode()
                                .put("requestId", "it")
                                .put("tenant", tenant)
                                .put("prompt", prompt)
                                .put("maxTokens", maxTokens)
                                .put("temperature", 0)
                                .put("topP", 1)
                                .put("seed", 1)
                                .put("drafts", false)
                                .set("stop", JSON.createArrayNode()));
        long sent = System.nanoTime();
        HttpResponse<InputStream> response =
                HTTP.send(
                        HttpRequest.newBuilder(replica.address().resolve("/generations"))
                                .timeout(DEADLINE)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(request))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            return read(lines, sent);
        }
    }

    private static Answer read(BufferedReader lines, long sent) throws IOException {
        JsonNode started = JSON.createObjectNode();
        StringBuilder text = new StringBuilder();
        Duration toFirst = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode event = JSON.readTree(line);
            switch (event.path("event").asString("")) {
                case "started" -> started = event;
                case "committed" -> {
                    toFirst =
                            toFirst == null ? Duration.ofNanos(System.nanoTime() - sent) : toFirst;
                    text.append(event.get("text").asString());
                }
                case "finished" -> {
                    return new Answer(
                            started.get("promptTokens").asInt(),
                            started.get("cachedTokens").asInt(),
                            text.toString(),
                            event.at("/usage/prefix").asString(),
                            toFirst == null ? Duration.ofNanos(System.nanoTime() - sent) : toFirst);
                }
                default -> throw new AssertionError(line);
            }
        }
        throw new AssertionError("The answer has no end; so far it is " + text);
    }
}
