package dev.seeddiffusion.training.data;

/** A token file cannot be used; the message names the file, the reason and what to do. */
public final class TokenFileException extends RuntimeException {
    TokenFileException(String message) {
        super(message);
    }
}
