package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.KvChunkStore;

/** What replicas share: a store for each tenant. */
@FunctionalInterface
public interface ChunkStores extends AutoCloseable {

    /**
     * @param tenantTag as {@link dev.seeddiffusion.common.chunk.ChunkSecret#tag} derives it
     */
    KvChunkStore of(String tenantTag);

    @Override
    default void close() {}
}
