package dev.seeddiffusion.common.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryKvChunkStoreTest extends KvChunkStoreContract {

    private final KvChunkStore store = new InMemoryKvChunkStore(8 * 1024 * 1024);

    @Override
    protected KvChunkStore store() {
        return store;
    }

    @Test
    void a_full_store_forgets_what_was_not_used_for_longest() {
        KvChunkStore full = new InMemoryKvChunkStore(300);
        List<ChunkKey> keys = anyChain(4);
        keys.subList(0, 3).forEach(key -> await(full.put(key, anyBytes(100))));
        await(full.get(keys.get(0)));

        await(full.put(keys.get(3), anyBytes(100)));

        assertThat(keys)
                .map(key -> full.get(key).blockOptional().isPresent())
                .containsExactly(true, false, true, true);
    }

    @Test
    void as_many_chunks_go_as_the_new_one_needs() {
        KvChunkStore full = new InMemoryKvChunkStore(300);
        List<ChunkKey> keys = anyChain(4);
        keys.subList(0, 3).forEach(key -> await(full.put(key, anyBytes(100))));

        await(full.put(keys.get(3), anyBytes(150)));

        assertThat(keys)
                .map(key -> full.get(key).blockOptional().isPresent())
                .containsExactly(false, false, true, true);
    }

    @Test
    void a_chunk_larger_than_the_store_is_not_kept_and_displaces_none() {
        KvChunkStore small = new InMemoryKvChunkStore(100);
        List<ChunkKey> keys = anyChain(2);
        await(small.put(keys.get(0), anyBytes(100)));

        assertThat(await(small.put(keys.get(1), anyBytes(101)))).isFalse();

        assertThat(await(small.match(keys))).isEqualTo(1);
    }

    @Test
    void a_store_without_room_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InMemoryKvChunkStore(0));
    }
}
