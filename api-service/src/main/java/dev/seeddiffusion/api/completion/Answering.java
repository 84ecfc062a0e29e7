package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.GenerationBackend;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * From a request's body to its answer. A client that disconnects cancels its generations.
 *
 * <p>Body and answer are read and written here rather than by Spring's codecs: one media type in,
 * but two out, by a parameter of the body; and frames spelt {@code data: {…}}, with the space that
 * some clients insist on.
 */
@Component
final class Answering {

    private final GenerationBackend backend;
    private final BodyDeadline deadline;
    private final JsonMapper json;

    Answering(GenerationBackend backend, BodyDeadline deadline, JsonMapper json) {
        this.backend = backend;
        this.deadline = deadline;
        this.json = json;
    }

    /** A question that is being answered. */
    private record Begun(AnswerWriter writer, Flux<Part> parts) {

        Mono<Answer> whole() {
            return writer.whole(parts);
        }

        Flux<String> frames() {
            return writer.frames(parts);
        }
    }

    /** Texts of the model, whole or as a stream. */
    Mono<Void> answer(
            Mono<byte[]> body,
            Function<Parameters, Question> read,
            Writing writing,
            ServerHttpResponse response) {
        return parameters(body)
                .map(read)
                .flatMap(
                        question ->
                                begin(question, writing)
                                        .flatMap(
                                                begun ->
                                                        question.sampling().stream()
                                                                ? sendFrames(
                                                                        response, begun.frames())
                                                                : sendJson(
                                                                        response, begun.whole())));
    }

    /** Texts of the model, once all of them have ended. */
    Mono<Answer> whole(Question question, Writing writing) {
        return begin(question, writing).flatMap(Begun::whole);
    }

    /** The parameters, once the body is there. */
    Mono<Parameters> parameters(Mono<byte[]> body) {
        return deadline.await(body).map(Parameters::parse);
    }

    /** What requests are called in logs and metrics. */
    static String newRequestId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private Mono<Begun> begin(Question question, Writing writing) {
        return backend.model()
                .map(
                        model -> {
                            String id = newRequestId();
                            return new Begun(
                                    new AnswerWriter(json, id, model.id(), question),
                                    writing.parts(question, id, model));
                        });
    }

    private Mono<Void> sendJson(ServerHttpResponse response, Mono<Answer> answer) {
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response.writeWith(
                answer.map(json::writeValueAsString).map(text -> buffer(response, text)));
    }

    /** Each frame leaves as soon as it exists. */
    private static Mono<Void> sendFrames(ServerHttpResponse response, Flux<String> frames) {
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-cache");
        return response.writeAndFlushWith(frames.map(text -> Mono.just(buffer(response, text))));
    }

    private static DataBuffer buffer(ServerHttpResponse response, String text) {
        return response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
