package dev.seeddiffusion.common.chunk;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Keeps chunks of KV for all replicas. It may forget any chunk at any time; it never returns bytes
 * other than those put.
 */
public interface KvChunkStore {

    /**
     * @param chain keys of a prompt's chunks, in order
     * @return how many keys from the start of {@code chain} are present, without a gap
     */
    Mono<Integer> match(List<ChunkKey> chain);

    /**
     * @return the bytes put under {@code key}, empty if there are none
     */
    Mono<byte[]> get(ChunkKey key);

    /**
     * Keeps {@code bytes} unless the key is present already.
     *
     * @return whether they were kept
     */
    Mono<Boolean> put(ChunkKey key, byte[] bytes);
}
