package dev.seeddiffusion.inference.generation;

/** The client reads more slowly than the model writes, and what waits for it has a limit. */
final class SlowClientException extends RuntimeException {

    SlowClientException(int limit) {
        super("%d events waited to be read: read faster, or ask for less.".formatted(limit));
    }
}
