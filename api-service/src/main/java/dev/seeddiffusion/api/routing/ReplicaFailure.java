package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/** What an error of a replica is to its clients. */
final class ReplicaFailure {

    private static final Logger log = LoggerFactory.getLogger(ReplicaFailure.class);

    private ReplicaFailure() {}

    /** The message names no replica: clients need not know them. The log does. */
    static Failed of(URI replica, String requestId, Throwable error) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
        if (!isUnasked(error)) {
            log.warn(
                    "Replica {} failed request {}: {}",
                    replica,
                    requestId,
                    // The message of any other error may quote what could not be read.
                    cause instanceof IOException ? cause.toString() : error.getClass().getName());
        }
        return switch (error) {
            case TimeoutException _ ->
                    new Failed(
                            ErrorCode.DEADLINE_EXCEEDED,
                            "The replica was silent for too long: try later, or ask for less.",
                            true);
            case StalledException _ ->
                    unavailable("The replica fell silent before it was done: try again.");
            case BulkheadFullException _ ->
                    new Failed(
                            ErrorCode.OVERLOADED,
                            "The replica has all the requests that it may have: try again later.",
                            true);
            case CallNotPermittedException _ ->
                    unavailable("The replica is left alone after failures: try again later.");
            case WebClientRequestException _ ->
                    unavailable("The replica cannot be reached: try again.");
            case Throwable _ when cause instanceof IOException ->
                    unavailable("The replica went away before it was done: try again.");
            case WebClientResponseException refused
                    when refused.getStatusCode() == HttpStatus.TOO_MANY_REQUESTS ->
                    new Failed(ErrorCode.OVERLOADED, "The replica is full: try again later.", true);
            case WebClientResponseException refused
                    when refused.getStatusCode().is5xxServerError() ->
                    unavailable("The replica cannot serve at the moment: try again.");
            default ->
                    new Failed(
                            ErrorCode.INTERNAL,
                            "The replica's answer was not understood; the log says more.",
                            false);
        };
    }

    static Failed slowClient() {
        return new Failed(
                ErrorCode.DEADLINE_EXCEEDED,
                "The events waited for too long to be read: read faster, or ask for less.",
                true);
    }

    /** Whether it broke off what it had taken on. */
    static boolean isBrokenOff(Throwable error) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
        return cause instanceof IOException && !(cause instanceof ConnectException);
    }

    private static boolean isUnasked(Throwable error) {
        return error instanceof CallNotPermittedException || error instanceof BulkheadFullException;
    }

    private static Failed unavailable(String message) {
        return new Failed(ErrorCode.UNAVAILABLE, message, true);
    }
}
