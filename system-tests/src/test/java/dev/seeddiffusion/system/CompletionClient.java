package dev.seeddiffusion.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams completions, as a client of the api-service does. */
final class CompletionClient {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI completions;

    CompletionClient(URI api) {
        completions = api.resolve("/v1/completions");
    }

    /**
     * @param id of the completion, without its prefix
     * @param tokens that it was told to have
     */
    record Received(String id, String text, String finishReason, int tokens) {}

    /** The whole stream; an {@link AssertionError} if it fails or breaks off. */
    Received stream(String prompt) throws IOException, InterruptedException {
        String body =
                JSON.writeValueAsString(
                        JSON.createObjectNode()
                                .put("prompt", prompt)
                                .put("max_tokens", 128)
                                .put("decoding", "lossless")
                                .put("stream", true)
                                .set(
                                        "stream_options",
                                        JSON.createObjectNode().put("include_usage", true)));
        HttpResponse<Stream<String>> response =
                http.send(
                        HttpRequest.newBuilder(completions)
                                .timeout(PATIENCE)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            return received(response.statusCode(), lines.iterator());
        }
    }

    private static Received received(int status, Iterator<String> lines) {
        String id = "";
        String finishReason = "";
        int tokens = 0;
        StringBuilder text = new StringBuilder();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.equals("data: [DONE]")) {
                return new Received(id.replace("cmpl-", ""), text.toString(), finishReason, tokens);
            }
            if (!line.isEmpty() && !line.startsWith("data: {\"id\"")) {
                throw new AssertionError("Status %d, then: %s".formatted(status, line));
            }
            if (!line.isEmpty()) {
                JsonNode chunk = JSON.readTree(line.substring("data: ".length()));
                id = chunk.get("id").asString();
                text.append(chunk.at("/choices/0/text").asString(""));
                finishReason = chunk.at("/choices/0/finish_reason").asString(finishReason);
                tokens = chunk.at("/usage/completion_tokens").asInt(tokens);
            }
        }
        throw new AssertionError("The stream broke off after '%s'.".formatted(text));
    }
}
