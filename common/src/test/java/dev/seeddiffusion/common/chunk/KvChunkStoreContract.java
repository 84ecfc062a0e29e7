package dev.seeddiffusion.common.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.chunk.KvChunkStore.Stored;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The promises of {@link KvChunkStore}; every implementation extends this and keeps them. */
public abstract class KvChunkStoreContract {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /**
     * @return the store under test, with room for at least 8 MB; it may hold other chunks
     */
    protected abstract KvChunkStore store();

    /** Bytes of some length that this store takes; equal lengths give equal bytes. */
    protected byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void chunks_are_found_under_their_keys_in_order() {
        List<ChunkKey> chain = anyChain(3);

        assertThat(List.of(put(chain, 0, 1000), put(chain, 1, 2000), put(chain, 2, 3000)))
                .containsOnly(Stored.KEPT);

        assertThat(fetch(chain)).containsExactly(bytes(1000), bytes(2000), bytes(3000));
        assertThat(fetch(chain.subList(1, 3))).containsExactly(bytes(2000), bytes(3000));
    }

    @Test
    void nothing_is_found_under_a_key_that_was_never_put() {
        assertThat(fetch(anyChain(2))).isEmpty();
    }

    @Test
    void a_chunk_of_some_megabytes_comes_back_unchanged() {
        List<ChunkKey> chain = anyChain(1);

        put(chain, 0, 4 * 1024 * 1024);

        assertThat(fetch(chain)).containsExactly(bytes(4 * 1024 * 1024));
    }

    @Test
    void the_first_bytes_of_a_key_stay() {
        List<ChunkKey> chain = anyChain(1);
        put(chain, 0, 1000);

        assertThat(put(chain, 0, 2000)).isEqualTo(Stored.PRESENT);

        assertThat(fetch(chain)).containsExactly(bytes(1000));
    }

    @Test
    void of_puts_at_the_same_time_one_is_kept() {
        ChunkKey key = anyChain(1).getFirst();

        List<Stored> stored =
                await(
                        Flux.range(0, 8)
                                .flatMap(i -> store().put(null, key, bytes(1000 + i)))
                                .collectList());

        assertThat(stored).hasSize(8).containsOnlyOnce(Stored.KEPT);
    }

    @Test
    void a_chunk_without_its_parent_is_refused() {
        List<ChunkKey> chain = anyChain(2);

        assertThat(put(chain, 1, 1000)).isEqualTo(Stored.REFUSED);

        assertThat(fetch(chain.subList(1, 2))).isEmpty();
    }

    @Test
    void a_chunk_that_was_removed_can_be_put_again() {
        List<ChunkKey> chain = anyChain(3);
        IntStream.range(0, 3).forEach(i -> put(chain, i, 1000));

        store().remove(chain.get(1)).block(DEADLINE);

        assertThat(await(store().match(chain))).isEqualTo(1);
        assertThat(fetch(chain)).hasSize(1);
        assertThat(put(chain, 1, 2000)).isEqualTo(Stored.KEPT);
        assertThat(fetch(chain)).containsExactly(bytes(1000), bytes(2000), bytes(1000));
    }

    @Test
    void a_match_counts_the_chunks_from_the_start() {
        List<ChunkKey> chain = anyChain(5);
        IntStream.range(0, 3).forEach(i -> put(chain, i, 1000));

        assertThat(await(store().match(chain))).isEqualTo(3);
        assertThat(await(store().match(chain.subList(3, 5)))).isZero();
        assertThat(await(store().match(List.of()))).isZero();
    }

    @Test
    void a_match_of_a_long_chain_counts_all_of_it() {
        List<ChunkKey> chain = anyChain(300);
        IntStream.range(0, 300).forEach(i -> put(chain, i, 1000));

        assertThat(await(store().match(chain))).isEqualTo(300);
    }

    protected final Stored put(List<ChunkKey> chain, int chunk, int length) {
        ChunkKey parent = chunk == 0 ? null : chain.get(chunk - 1);
        return await(store().put(parent, chain.get(chunk), bytes(length)));
    }

    protected final List<byte[]> fetch(List<ChunkKey> keys) {
        return await(store().fetch(keys).collectList());
    }

    /** Keys that no other test has used, so that a store may outlive a test. */
    public static List<ChunkKey> anyChain(int chunks) {
        byte[] salt = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        int[] tokens = IntStream.range(0, chunks * ChunkKey.CHUNK_TOKENS).toArray();
        return ChunkKey.chain(ChunkKey.root(List.of(salt)), tokens);
    }

    protected static <T> T await(Mono<T> mono) {
        return mono.blockOptional(DEADLINE).orElseThrow();
    }
}
