package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
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
    private final Generations generations;
    private final CompletionProperties properties;
    private final JsonMapper json;

    Answering(
            GenerationBackend backend,
            Generations generations,
            CompletionProperties properties,
            JsonMapper json) {
        this.backend = backend;
        this.generations = generations;
        this.properties = properties;
        this.json = json;
    }

    /** Texts of the model, whole or as a stream. */
    Mono<Void> answer(
            Mono<byte[]> body,
            Function<Parameters, Question> read,
            Caller caller,
            ServerHttpResponse response) {
        return parameters(body)
                .map(read)
                .zipWhen(_ -> backend.model())
                .flatMap(asked -> answer(asked.getT1(), asked.getT2(), caller, response));
    }

    /** The parameters, once the body is there. */
    Mono<Parameters> parameters(Mono<byte[]> body) {
        return body.timeout(properties.bodyDeadline(), Mono.error(this::lateBody))
                .defaultIfEmpty(new byte[0])
                .map(Parameters::parse);
    }

    private Mono<Void> answer(
            Question question, ModelDescription model, Caller caller, ServerHttpResponse response) {
        String requestId = UUID.randomUUID().toString().replace("-", "");
        Flux<Part> parts = generations.parts(question, requestId, caller.tenant(), model);
        AnswerWriter writer = new AnswerWriter(json, requestId, model.id(), question);
        return question.sampling().stream()
                ? sendFrames(response, writer.frames(parts))
                : sendJson(response, writer.whole(parts));
    }

    private ApiException lateBody() {
        return new ApiException(
                HttpStatus.REQUEST_TIMEOUT,
                null,
                "request_timeout",
                "The body did not arrive within %d s: send it in one go."
                        .formatted(properties.bodyDeadline().toSeconds()));
    }

    private static Mono<Void> sendJson(ServerHttpResponse response, Mono<String> completion) {
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response.writeWith(completion.map(text -> buffer(response, text)));
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
