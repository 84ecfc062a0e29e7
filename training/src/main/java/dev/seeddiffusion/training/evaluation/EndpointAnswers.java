package dev.seeddiffusion.training.evaluation;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.seeddiffusion.training.suite.Task;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers of a server that speaks OpenAI's completions, ours or another. Thread-safe. */
public final class EndpointAnswers implements Answers {
    private static final Gson GSON = new Gson();
    private static final int ATTEMPTS = 5;
    private static final int BUSY = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Settings settings;
    private final @Nullable String apiKey;

    /**
     * @param base ends in {@code /v1}
     * @param model as the server calls it; null if it needs no name
     * @param maxTokens most tokens of an answer; null for what the server does without being told
     * @param seed of the first output; each has its own
     */
    public record Settings(
            URI base,
            @Nullable String model,
            @Nullable Integer maxTokens,
            double temperature,
            double topP,
            long seed) {}

    /**
     * @param apiKey sent as bearer token; null for none
     */
    public EndpointAnswers(Settings settings, @Nullable String apiKey) {
        this.settings = settings;
        this.apiKey = apiKey;
    }

    @Override
    public Answer to(Task task, int output) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(settings.base() + "/completions"))
                        .timeout(Duration.ofMinutes(5))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body(task, output)));
        if (apiKey != null) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        long start = System.nanoTime();
        HttpResponse<String> response = send(request.build());
        return read(response.body(), System.nanoTime() - start);
    }

    private String body(Task task, int output) {
        JsonObject body = new JsonObject();
        body.addProperty("model", settings.model());
        body.addProperty("prompt", task.prompt());
        if (task.suffix() != null) {
            body.addProperty("suffix", task.suffix());
        }
        body.addProperty("max_tokens", settings.maxTokens());
        body.addProperty("temperature", settings.temperature());
        body.addProperty("top_p", settings.topP());
        body.addProperty("seed", settings.seed() + output);
        return GSON.toJson(body);
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            int status = response.statusCode();
            if (status == 200) {
                return response;
            }
            if ((status != BUSY && status != UNAVAILABLE) || attempt == ATTEMPTS) {
                throw new IOException(
                        "%s answered %d: %s".formatted(request.uri(), status, response.body()));
            }
            TimeUnit.SECONDS.sleep(1L << attempt);
        }
    }

    /** Servers that are not ours tell no forwards. */
    private static Answer read(String body, long nanos) throws IOException {
        try {
            JsonObject json = GSON.fromJson(body, JsonObject.class);
            JsonObject usage = json.getAsJsonObject("usage");
            JsonObject cost = json.getAsJsonObject("diffusion");
            return new Answer(
                    json.getAsJsonArray("choices")
                            .get(0)
                            .getAsJsonObject()
                            .get("text")
                            .getAsString(),
                    usage == null ? 0 : usage.get("completion_tokens").getAsInt(),
                    cost == null ? 0 : cost.get("forwards").getAsInt(),
                    cost == null ? 0 : cost.get("denoising_steps").getAsInt(),
                    nanos);
        } catch (JsonParseException | NullPointerException | IllegalStateException e) {
            throw new IOException("The answer is no completion: " + body, e);
        }
    }
}
