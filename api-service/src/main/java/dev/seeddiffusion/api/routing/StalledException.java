package dev.seeddiffusion.api.routing;

/** A replica, or a client that does not read, let no event through for too long. */
final class StalledException extends RuntimeException {

    StalledException() {
        super("No event came for too long.");
    }
}
