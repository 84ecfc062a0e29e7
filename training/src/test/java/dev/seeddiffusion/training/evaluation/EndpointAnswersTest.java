package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.seeddiffusion.training.suite.PassesTests;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointAnswersTest {
    private static final Task HOLE =
            new Task("1", TaskKind.INFILLING, "a = ", "\n", "1", new PassesTests("", ""));

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private HttpServer server;
    private int status = 200;
    private String response = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v1/completions",
                exchange -> {
                    requests.add(
                            exchange.getRequestHeaders().getFirst("Authorization")
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                    byte[] body = response.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Answer ask(Task task) throws Exception {
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
        return new EndpointAnswers(
                        new EndpointAnswers.Settings(base, "tiny", 64, 0.5, 0.9, 100), "key")
                .to(task, 3);
    }

    @Test
    void what_is_not_set_is_not_asked_for() throws Exception {
        response = "{\"choices\": [{\"text\": \"1\"}]}";
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
        new EndpointAnswers(new EndpointAnswers.Settings(base, null, null, 0, 1, 1), null)
                .to(HOLE, 0);
        assertThat(requests.remove()).doesNotContain("model").doesNotContain("max_tokens");
    }

    @Test
    void the_task_is_asked_with_its_settings_and_a_seed_of_its_own() throws Exception {
        response = "{\"choices\": [{\"text\": \"1\"}]}";
        assertThat(ask(HOLE).text()).isEqualTo("1");
        String request = requests.remove();
        assertThat(request).startsWith("Bearer key{");
        JsonObject body = JsonParser.parseString(request.substring(10)).getAsJsonObject();
        assertThat(body)
                .isEqualTo(
                        JsonParser.parseString(
                                "{'model':'tiny','prompt':'a = ','suffix':'\\n','max_tokens':64,"
                                        + "'temperature':0.5,'top_p':0.9,'seed':103}"));
    }

    @Test
    void what_a_diffusion_model_tells_of_its_cost_is_read() throws Exception {
        response =
                "{\"choices\": [{\"text\": \"x\"}], \"usage\": {\"completion_tokens\": 12},"
                        + " \"diffusion\": {\"forwards\": 4, \"denoising_steps\": 3}}";
        Answer answer = ask(HOLE);
        assertThat(answer.tokens()).isEqualTo(12);
        assertThat(answer.forwards()).isEqualTo(4);
        assertThat(answer.steps()).isEqualTo(3);
    }

    @Test
    void a_refusal_is_told_as_it_is() {
        status = 400;
        response = "max_tokens is too large";
        assertThatThrownBy(() -> ask(HOLE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered 400: max_tokens is too large");
    }

    @Test
    void another_servers_idea_of_an_answer_is_refused() {
        response = "[]";
        assertThatThrownBy(() -> ask(HOLE)).isInstanceOf(IOException.class);
        response = "{}";
        assertThatThrownBy(() -> ask(HOLE)).isInstanceOf(IOException.class);
    }
}
