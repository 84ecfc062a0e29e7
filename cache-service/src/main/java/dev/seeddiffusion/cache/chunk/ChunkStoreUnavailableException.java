package dev.seeddiffusion.cache.chunk;

/** Redis refused, or did not answer in time. The caller goes on without the cache. */
final class ChunkStoreUnavailableException extends RuntimeException {

    ChunkStoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
