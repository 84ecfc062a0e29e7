package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.KvChunkStoreContract.anyChain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.chunk.ChunkKey;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalChunksTest {

    private final LocalChunks chunks = new LocalChunks(500);

    @Test
    void of_what_was_used_longest_ago_the_end_goes_first() {
        List<ChunkKey> old = anyChain(3);
        List<ChunkKey> recent = anyChain(2);
        keep(old);
        keep(recent);
        chunks.find(old);

        keep(anyChain(1));
        assertThat(chunks.find(recent)).hasSize(1);
        chunks.find(old);

        keep(anyChain(3));
        assertThat(chunks.find(recent)).isEmpty();
        assertThat(chunks.find(old)).hasSize(2);
        assertThat(chunks.bytes()).isEqualTo(500);
    }

    @Test
    void what_nobody_would_find_is_not_kept() {
        List<ChunkKey> chain = anyChain(2);

        chunks.keep(chain, ByteBuffer.allocate(100));

        assertThat(chunks.bytes()).isZero();
    }

    @Test
    void a_chain_that_is_longer_than_the_room_keeps_its_beginning() {
        List<ChunkKey> chain = anyChain(9);

        keep(chain);

        assertThat(chunks.find(chain)).hasSize(5);
    }

    @Test
    void what_was_found_stays_when_it_has_to_go() {
        List<ChunkKey> chain = anyChain(1);
        keep(chain);
        List<ByteBuffer> found = chunks.find(chain);

        keep(anyChain(5));

        assertThat(chunks.find(chain)).isEmpty();
        assertThat(found).containsExactly(ByteBuffer.allocate(100));
    }

    @Test
    void without_room_nothing_is_kept() {
        LocalChunks none = new LocalChunks(0);

        none.keep(anyChain(1), ByteBuffer.allocate(100));

        assertThat(none.bytes()).isZero();
    }

    private void keep(List<ChunkKey> chain) {
        for (int i = 1; i <= chain.size(); i++) {
            chunks.keep(chain.subList(0, i), ByteBuffer.allocate(100));
        }
    }
}
