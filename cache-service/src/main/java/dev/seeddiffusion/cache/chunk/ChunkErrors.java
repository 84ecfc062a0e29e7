package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkFormatException;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every error of this service as a problem detail, counted as {@code cache.chunk.rejects} by {@code
 * status}.
 */
@Component
@Order(-2) // before Spring Boot's own, which answers in another shape
final class ChunkErrors implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ChunkErrors.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    private final JsonMapper json;
    private final MeterRegistry meters;

    ChunkErrors(JsonMapper json, MeterRegistry meters) {
        this.json = json;
        this.meters = meters;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()
                || DisconnectedClientHelper.isClientDisconnectedException(error)) {
            return Mono.error(error);
        }
        ProblemDetail problem = problem(error);
        meters.counter("cache.chunk.rejects", "status", String.valueOf(problem.getStatus()))
                .increment();
        response.setRawStatusCode(problem.getStatus());
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()
                || problem.getStatus() == HttpStatus.TOO_MANY_REQUESTS.value()) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(problem));
        return response.writeWith(Mono.just(body));
    }

    private static ProblemDetail problem(Throwable error) {
        return switch (error) {
            case ChunkFormatException malformed ->
                    ProblemDetail.forStatusAndDetail(
                            HttpStatus.BAD_REQUEST, malformed.getMessage());
            case ChunkStoreUnavailableException unavailable ->
                    ProblemDetail.forStatusAndDetail(
                            HttpStatus.SERVICE_UNAVAILABLE, unavailable.getMessage());
            // Spring says that the input is malformed, the cause says in which way.
            case ServerWebInputException input
                    when NestedExceptionUtils.getMostSpecificCause(input)
                            instanceof IllegalArgumentException cause ->
                    ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, cause.getMessage());
            case ErrorResponse expected -> expected.getBody();
            default -> {
                log.error("A request failed unexpectedly.", error);
                yield ProblemDetail.forStatusAndDetail(
                        HttpStatus.INTERNAL_SERVER_ERROR, "A fault of this service; see its log.");
            }
        };
    }
}
