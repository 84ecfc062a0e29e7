package dev.seeddiffusion.inference.scheduler;

/** A place did not become free in time; later one may. */
public final class QueueDeadlineException extends RuntimeException {

    QueueDeadlineException(String message) {
        super(message);
    }
}
