package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /v1/completions}, as OpenAI describes it; {@link CompletionRequest} has the
 * parameters. A client that disconnects cancels its generation.
 *
 * <p>Body and answer are read and written here rather than by Spring's codecs: one media type in,
 * but two out, by a parameter of the body; and frames spelt {@code data: {…}}, with the space that
 * some clients insist on.
 */
@RestController
class CompletionController {

    private final GenerationBackend backend;
    private final CompletionProperties properties;
    private final JsonMapper json;

    CompletionController(
            GenerationBackend backend, CompletionProperties properties, JsonMapper json) {
        this.backend = backend;
        this.properties = properties;
        this.json = json;
    }

    @PostMapping(path = "/v1/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Void> complete(
            @RequestBody(required = false) Mono<byte[]> body,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            ServerHttpResponse response) {
        return body.timeout(properties.bodyDeadline(), Mono.error(this::lateBody))
                .defaultIfEmpty(new byte[0])
                .map(CompletionRequest::parse)
                .zipWhen(_ -> backend.model())
                .flatMap(asked -> answer(asked.getT1(), asked.getT2(), caller, response));
    }

    private Mono<Void> answer(
            CompletionRequest request,
            ModelDescription model,
            Caller caller,
            ServerHttpResponse response) {
        String requestId = UUID.randomUUID().toString().replace("-", "");
        Flux<GenerationEvent> events =
                generate(request.generation(requestId, caller.tenant(), model));
        CompletionWriter writer = new CompletionWriter(json, requestId, model.id(), request);
        return request.stream()
                ? sendFrames(response, writer.frames(events))
                : sendJson(response, writer.whole(events));
    }

    private ApiException lateBody() {
        return new ApiException(
                HttpStatus.REQUEST_TIMEOUT,
                null,
                "request_timeout",
                "The body did not arrive within %d s: send it in one go."
                        .formatted(properties.bodyDeadline().toSeconds()));
    }

    private Flux<GenerationEvent> generate(GenerationRequest request) {
        ApiException late =
                ApiException.of(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "The completion was not done within %d s: ask for fewer tokens."
                                .formatted(properties.deadline().toSeconds()));
        return Flux.defer(
                () -> {
                    Instant end = Instant.now().plus(properties.deadline());
                    return backend.generate(request)
                            .timeout(
                                    Mono.delay(properties.deadline()),
                                    _ -> Mono.delay(Duration.between(Instant.now(), end)),
                                    Flux.error(late));
                });
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
