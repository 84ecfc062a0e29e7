package dev.seeddiffusion.inference.scheduler;

/** This replica is going away; another one may serve. */
public final class StoppedException extends RuntimeException {

    StoppedException() {
        super("The replica is shutting down: send the request again.");
    }
}
