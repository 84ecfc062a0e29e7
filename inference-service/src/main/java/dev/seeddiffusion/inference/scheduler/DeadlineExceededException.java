package dev.seeddiffusion.inference.scheduler;

/** The request's own deadline passed before there was any output. */
public final class DeadlineExceededException extends RuntimeException {

    DeadlineExceededException() {
        super("deadline_ms passed before there was any output: allow more, or try again later.");
    }
}
