package dev.seeddiffusion.diffusion.checkpoint;

/**
 * A checkpoint is missing something, malformed, or not what the model needs. The message names the
 * file and the field or tensor, what was found, and what was expected.
 */
public final class CheckpointException extends RuntimeException {
    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
