package dev.seeddiffusion.common.chunk;

/** The fake keeps the promises too. */
class InMemoryKvChunkStoreTest extends KvChunkStoreContract {

    private final KvChunkStore store = new InMemoryKvChunkStore();

    @Override
    protected KvChunkStore store() {
        return store;
    }
}
