package dev.seeddiffusion.common.chunk;

/** Bytes that are not a chunk, or not the chunk that was written; says what was expected. */
public final class ChunkFormatException extends RuntimeException {

    ChunkFormatException(String message) {
        super(message);
    }
}
