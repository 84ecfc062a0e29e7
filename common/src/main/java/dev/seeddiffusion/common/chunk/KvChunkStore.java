package dev.seeddiffusion.common.chunk;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps chunks of KV for all replicas. It may forget any chunk at any time, but of a chain the last
 * one first; it never returns bytes other than those put.
 */
public interface KvChunkStore {

    /**
     * Looks a prompt up, which counts as a use of what is found.
     *
     * @param chain keys of the prompt's chunks, from its first on
     * @return how many keys from the start of {@code chain} are present, without a gap
     */
    Mono<Integer> match(List<ChunkKey> chain);

    /**
     * @param keys of chunks that follow each other
     * @return the bytes put under each of them, in order, as far as there are any without a gap
     */
    Flux<byte[]> fetch(List<ChunkKey> keys);

    /**
     * Keeps {@code bytes} unless the key is present already.
     *
     * @param parent key of the chunk before this one; null for a prompt's first
     */
    Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes);

    /** Forgets a chunk whose bytes turned out to be damaged, so that it can be put again. */
    Mono<Void> remove(ChunkKey key);

    /** What became of bytes that were put. */
    enum Stored {
        KEPT,
        PRESENT,
        /** The parent is not there, so that nobody would find them; or there is no room. */
        REFUSED
    }
}
