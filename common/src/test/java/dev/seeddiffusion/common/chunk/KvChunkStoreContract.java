package dev.seeddiffusion.common.chunk;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void a_chunk_is_found_under_its_key() {
        ChunkKey key = anyChain(1).getFirst();
        byte[] bytes = anyBytes(1000);

        assertThat(await(store().put(key, bytes))).isTrue();

        assertThat(await(store().get(key))).isEqualTo(bytes);
    }

    @Test
    void nothing_is_found_under_a_key_that_was_never_put() {
        assertThat(store().get(anyChain(1).getFirst()).blockOptional(DEADLINE)).isEmpty();
    }

    @Test
    void a_chunk_of_some_megabytes_comes_back_unchanged() {
        ChunkKey key = anyChain(1).getFirst();
        byte[] bytes = anyBytes(4 * 1024 * 1024);

        await(store().put(key, bytes));

        assertThat(await(store().get(key))).isEqualTo(bytes);
    }

    @Test
    void the_first_bytes_of_a_key_stay() {
        ChunkKey key = anyChain(1).getFirst();
        byte[] first = anyBytes(100);
        await(store().put(key, first));

        assertThat(await(store().put(key, anyBytes(200)))).isFalse();

        assertThat(await(store().get(key))).isEqualTo(first);
    }

    @Test
    void of_puts_at_the_same_time_one_is_kept() {
        ChunkKey key = anyChain(1).getFirst();

        List<Boolean> kept =
                await(
                        Flux.range(0, 8)
                                .flatMap(i -> store().put(key, anyBytes(100 + i)))
                                .collectList());

        assertThat(kept).hasSize(8).containsOnlyOnce(true);
    }

    @Test
    void changing_an_array_that_was_put_or_got_changes_no_chunk() {
        ChunkKey key = anyChain(1).getFirst();
        byte[] bytes = {1, 2, 3};
        await(store().put(key, bytes));

        bytes[0] = 9;
        await(store().get(key))[1] = 9;

        assertThat(await(store().get(key))).containsExactly(1, 2, 3);
    }

    @Test
    void a_match_counts_the_chunks_from_the_start() {
        List<ChunkKey> chain = anyChain(5);
        chain.subList(0, 3).forEach(key -> await(store().put(key, anyBytes(10))));

        assertThat(await(store().match(chain))).isEqualTo(3);
    }

    @Test
    void a_match_ends_at_the_first_gap() {
        List<ChunkKey> chain = anyChain(4);
        await(store().put(chain.get(0), anyBytes(10)));
        await(store().put(chain.get(2), anyBytes(10)));

        assertThat(await(store().match(chain))).isEqualTo(1);
        assertThat(await(store().match(chain.subList(1, 4)))).isZero();
    }

    @Test
    void a_match_of_a_long_chain_counts_all_of_it() {
        List<ChunkKey> chain = anyChain(300);
        await(
                Flux.fromIterable(chain)
                        .concatMap(key -> store().put(key, anyBytes(10)))
                        .then(Mono.just(true)));

        assertThat(await(store().match(chain))).isEqualTo(300);
    }

    @Test
    void a_match_of_no_keys_is_none() {
        assertThat(await(store().match(List.of()))).isZero();
    }

    /** Keys that no other test has used, so that a store may outlive a test. */
    protected static List<ChunkKey> anyChain(int chunks) {
        byte[] salt = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        int[] tokens = IntStream.range(0, chunks * ChunkKey.CHUNK_TOKENS).toArray();
        return ChunkKey.chain(ChunkKey.root(List.of(salt)), tokens);
    }

    protected static byte[] anyBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    protected static <T> T await(Mono<T> mono) {
        return mono.blockOptional(DEADLINE).orElseThrow();
    }
}
