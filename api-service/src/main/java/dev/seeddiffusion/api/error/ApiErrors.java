package dev.seeddiffusion.api.error;

import dev.seeddiffusion.common.generation.ErrorCode;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Turns every error into an {@link ApiException}, and the ones of a request into its answer. */
@Component
@Order(-2) // before Spring Boot's own, which answers in another shape
public final class ApiErrors implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiErrors.class);

    private final JsonMapper json;

    ApiErrors(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()
                || DisconnectedClientHelper.isClientDisconnectedException(error)) {
            return Mono.error(error); // too late to say more than that the answer is broken
        }
        ApiException answer =
                error instanceof ErrorResponse expected
                        ? ofFramework(expected, exchange.getRequest())
                        : of(error);
        if (error instanceof ErrorResponse expected) {
            response.getHeaders().putAll(expected.getHeaders()); // such as Allow
        }
        response.setStatusCode(answer.status());
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        answer.retryAfterSeconds()
                .ifPresent(
                        seconds ->
                                response.getHeaders()
                                        .set(HttpHeaders.RETRY_AFTER, String.valueOf(seconds)));
        if (answer.status() == HttpStatus.REQUEST_TIMEOUT) {
            response.getHeaders().setConnection("close"); // rather than wait on for the body
        }
        DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(answer.body()));
        return response.writeWith(Mono.just(body));
    }

    /** What to tell a client about {@code error}; one that nobody foresaw is logged. */
    public static ApiException of(Throwable error) {
        if (error instanceof ApiException known) {
            return known;
        }
        log.error("A request failed unexpectedly.", error);
        return ApiException.of(
                ErrorCode.INTERNAL, "A fault of this service; its log says more. Try again.");
    }

    private static ApiException ofFramework(ErrorResponse error, ServerHttpRequest request) {
        HttpStatus status = HttpStatus.valueOf(error.getStatusCode().value());
        String asked = request.getMethod() + " " + request.getPath().value();
        String message =
                switch (status) {
                    case NOT_FOUND ->
                            "There is no %s here: /v3/api-docs tells what there is."
                                    .formatted(asked);
                    case METHOD_NOT_ALLOWED ->
                            "%s is not answered: send %s."
                                    .formatted(asked, allowed((MethodNotAllowedException) error));
                    case NOT_ACCEPTABLE ->
                            "%s is answered with JSON only: send Accept: application/json."
                                    .formatted(asked);
                    case UNSUPPORTED_MEDIA_TYPE ->
                            "%s takes JSON, not %s: send Content-Type: application/json."
                                    .formatted(
                                            asked,
                                            sent((UnsupportedMediaTypeStatusException) error));
                    case CONTENT_TOO_LARGE ->
                            "The body of %s is larger than this service reads: send a shorter one."
                                    .formatted(asked);
                    default -> String.valueOf(error.getBody().getDetail());
                };
        String code = status.name().toLowerCase(Locale.ROOT);
        return new ApiException(status, null, code, message);
    }

    private static String allowed(MethodNotAllowedException error) {
        return error.getSupportedMethods().stream()
                .map(HttpMethod::name)
                .sorted()
                .collect(Collectors.joining(" or "));
    }

    private static String sent(UnsupportedMediaTypeStatusException error) {
        MediaType type = error.getContentType();
        return type == null ? "a body of unknown type" : type.toString();
    }
}
