package dev.seeddiffusion.inference.scheduler;

/** Every place is taken, in the queue too; later there may be one. */
public final class OverloadedException extends RuntimeException {

    private final int retryAfterSeconds;

    OverloadedException(int running, int waiting, int queueLimit, int retryAfterSeconds) {
        super(
                "This replica is full (%d running, %d waiting, limit %d): retry after %d s."
                        .formatted(running, waiting, queueLimit, retryAfterSeconds));
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** When a request that joins the end of the queue may expect to be let in; at least 1. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
