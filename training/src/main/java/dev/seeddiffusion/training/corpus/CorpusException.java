package dev.seeddiffusion.training.corpus;

/** A corpus cannot be read; the message names the file and, where there is one, the line. */
public final class CorpusException extends RuntimeException {
    CorpusException(String message) {
        super(message);
    }

    CorpusException(String message, Throwable cause) {
        super(message, cause);
    }
}
