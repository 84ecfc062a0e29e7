package dev.seeddiffusion.api.error;

import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** An answer other than the one hoped for: a status, and what to tell the client. */
public final class ApiException extends RuntimeException {

    /** Unless the backend knows better. */
    private static final int USUAL_RETRY_SECONDS = 2;

    private final HttpStatus status;
    private final @Nullable String param;
    private final String code;
    private final @Nullable Integer retryAfterSeconds;

    /**
     * @param param the parameter at fault, if it is one
     * @param code for machines, in lower case with underscores
     * @param message what was asked, what was found, what to do; no prompt text
     */
    public ApiException(HttpStatus status, @Nullable String param, String code, String message) {
        this(status, param, code, message, null);
    }

    private ApiException(
            HttpStatus status,
            @Nullable String param,
            String code,
            String message,
            @Nullable Integer retryAfterSeconds) {
        super(message);
        this.status = status;
        this.param = param;
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** A parameter whose value cannot be served. */
    public static ApiException invalid(String param, String message) {
        return new ApiException(HttpStatus.BAD_REQUEST, param, "invalid_value", message);
    }

    /**
     * A parameter without which nothing can be served.
     *
     * @param what to do, without a full stop
     */
    public static ApiException missing(String param, String what) {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                param,
                "missing_required_parameter",
                "%s is missing: %s.".formatted(param, what));
    }

    /** A limit of the caller's that is used up for now. */
    public static ApiException rateLimited(String message, int retryAfterSeconds) {
        return new ApiException(
                HttpStatus.TOO_MANY_REQUESTS,
                null,
                "rate_limit_exceeded",
                message,
                retryAfterSeconds);
    }

    /** What a backend says about a generation. */
    public static ApiException of(Failed failed) {
        return of(failed.code(), failed.message(), failed.retryAfterSeconds());
    }

    /** An error of a backend, with the status that its code has over HTTP. */
    public static ApiException of(ErrorCode code, String message) {
        return of(code, message, null);
    }

    private static ApiException of(
            ErrorCode code, String message, @Nullable Integer retryAfterSeconds) {
        HttpStatus status =
                switch (code) {
                    case INVALID_REQUEST, CONTEXT_LENGTH_EXCEEDED -> HttpStatus.BAD_REQUEST;
                    case OVERLOADED -> HttpStatus.TOO_MANY_REQUESTS;
                    case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
                    case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
                    case INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
                };
        return new ApiException(
                status, null, code.name().toLowerCase(Locale.ROOT), message, retryAfterSeconds);
    }

    public HttpStatus status() {
        return status;
    }

    /** When to send the request again, if that is all that it takes. */
    public OptionalInt retryAfterSeconds() {
        return status == HttpStatus.TOO_MANY_REQUESTS || status == HttpStatus.SERVICE_UNAVAILABLE
                ? OptionalInt.of(Objects.requireNonNullElse(retryAfterSeconds, USUAL_RETRY_SECONDS))
                : OptionalInt.empty();
    }

    public ErrorBody body() {
        return new ErrorBody(new ErrorBody.Details(getMessage(), type(), param, code));
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage()); // never null, unlike any message
    }

    private String type() {
        if (status == HttpStatus.TOO_MANY_REQUESTS) {
            return "rate_limit_error";
        }
        return status.is4xxClientError() ? "invalid_request_error" : "server_error";
    }
}
