package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** How long a request's body may take to arrive. */
@Component
public final class BodyDeadline {

    private final CompletionProperties properties;

    BodyDeadline(CompletionProperties properties) {
        this.properties = properties;
    }

    /** The body, empty if there is none; an error with status 408 if it is late. */
    public Mono<byte[]> await(Mono<byte[]> body) {
        return body.timeout(properties.bodyDeadline(), Mono.error(this::late))
                .defaultIfEmpty(new byte[0]);
    }

    private ApiException late() {
        return new ApiException(
                HttpStatus.REQUEST_TIMEOUT,
                null,
                "request_timeout",
                "The body did not arrive within %d s: send it in one go."
                        .formatted(properties.bodyDeadline().toSeconds()));
    }
}
