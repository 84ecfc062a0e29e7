package dev.seeddiffusion.inference.scheduler;

/** Every place is taken, in the queue too; later there may be one. */
public final class OverloadedException extends RuntimeException {

    OverloadedException(String message) {
        super(message);
    }
}
