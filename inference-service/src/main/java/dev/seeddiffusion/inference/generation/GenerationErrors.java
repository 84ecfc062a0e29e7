package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.ErrorCode;
import java.util.stream.Collectors;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import tools.jackson.core.JacksonException;

/** Requests that never became a generation: what is wrong with them, never what they said. */
@RestControllerAdvice
class GenerationErrors {

    record ErrorBody(ErrorCode code, String message) {}

    @ExceptionHandler
    ResponseEntity<ErrorBody> invalid(WebExchangeBindException error) {
        return answer(
                error,
                error.getFieldErrors().stream()
                        .map(field -> field.getField() + " " + field.getDefaultMessage())
                        .sorted()
                        .collect(Collectors.joining(", ", "The request cannot be served: ", ".")));
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> unreadable(ServerWebInputException error) {
        String where =
                NestedExceptionUtils.getMostSpecificCause(error) instanceof JacksonException json
                        ? " at " + json.getPathReference()
                        : "";
        return answer(
                error, "The body is not the JSON of a generation request%s.".formatted(where));
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> refused(ResponseStatusException error) {
        String detail = error.getBody().getDetail();
        return answer(
                error, detail != null ? detail : "Refused: %s.".formatted(error.getStatusCode()));
    }

    private static ResponseEntity<ErrorBody> answer(ResponseStatusException error, String message) {
        return ResponseEntity.status(error.getStatusCode())
                .headers(error.getHeaders())
                .contentType(MediaType.APPLICATION_JSON)
                .body(new ErrorBody(ErrorCode.INVALID_REQUEST, message));
    }
}
