package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.ChunkKey.CHUNK_TOKENS;
import static dev.seeddiffusion.inference.prefix.PrefixReplica.FORMAT;
import static dev.seeddiffusion.inference.prefix.PrefixReplica.keys;
import static dev.seeddiffusion.inference.prefix.PrefixReplica.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.chunk.ChangedStore;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.generation.PrefixChoice;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.inference.Waiting;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class PrefixCacheTest {

    private final KvChunkStore store = new InMemoryKvChunkStore();
    private final PrefixReplica first = new PrefixReplica(store);

    @Test
    void chunks_end_where_forwards_of_the_prompt_end() {
        // So that what follows is computed in the same pieces, and to the same bits, either way.
        assertThat(CHUNK_TOKENS % Generation.PROMPT_PIECE_TOKENS).isZero();
    }

    @ParameterizedTest(name = "of {0} tokens {1} are found")
    @CsvSource({"1,0", "63,0", "64,0", "65,64", "128,64", "129,128", "200,192"})
    void what_one_computed_another_finds_but_for_the_last_token(int tokens, int found)
            throws InterruptedException {
        first.serve(tokens);

        assertThatChunksAre(first.find(tokens), found, PrefixChoice.NONE); // in the process
        assertThatChunksAre(
                new PrefixReplica(store).find(tokens),
                found,
                found == 0 ? PrefixChoice.NONE : PrefixChoice.FETCH);
    }

    private static void assertThatChunksAre(PromptPrefix prefix, int tokens, PrefixChoice choice) {
        assertThat(prefix.chunks()).hasSize(tokens / CHUNK_TOKENS);
        for (int i = 0; i < prefix.chunks().size(); i++) {
            ByteBuffer chunk = prefix.chunks().get(i).duplicate().order(ByteOrder.LITTLE_ENDIAN);
            assertThat(chunk.remaining()).isEqualTo(CHUNK_TOKENS * NumberedCache.BYTES_PER_TOKEN);
            assertThat(chunk.getInt(0)).isEqualTo(i * CHUNK_TOKENS);
        }
        assertThat(prefix.choice()).isEqualTo(choice);
    }

    @Test
    void a_longer_prompt_shares_only_what_was_not_there() throws InterruptedException {
        first.serve(128);

        NumberedCache cache = new NumberedCache(200);
        first.find(200).computed(cache);

        assertThat(cache.read).containsExactly(128);
    }

    @Test
    void chunks_are_shared_as_soon_as_they_are_computed() throws InterruptedException {
        PromptPrefix prefix = first.find(200);

        prefix.computed(new NumberedCache(70));
        Waiting.until(() -> first.stores("kept") == 1);

        assertThat(new PrefixReplica(store).find(200).chunks()).hasSize(1);
    }

    @Test
    void tenants_with_the_same_prompt_share_nothing() throws InterruptedException {
        first.serve(200);

        assertThat(first.find("another", 200).chunks()).isEmpty();
        assertThat(new PrefixReplica(store).find("another", 200).chunks()).isEmpty();
        assertThat(FORMAT.chain("another", prompt(200))).doesNotContainAnyElementsOf(keys(200));
    }

    @Test
    void a_tenant_does_not_wait_for_what_another_computes() {
        first.find("another", 200); // and never computes it

        assertThat(first.find(200).chunks()).isEmpty();
        assertThat(first.count("inference.prefix.waits")).isZero();
    }

    @Test
    void a_chunk_that_comes_too_late_and_those_after_it_are_not_waited_for()
            throws InterruptedException {
        first.serve(200);
        KvChunkStore slow =
                new ChangedStore(store) {
                    @Override
                    public Flux<byte[]> fetch(List<ChunkKey> keys) {
                        return super.fetch(keys).take(1).concatWith(Flux.never());
                    }
                };
        PrefixReplica second = new PrefixReplica(slow, Duration.ofMillis(200), 32);

        assertThat(second.find(200).chunks()).hasSize(1);
        assertThat(second.fetches("late")).isOne();
    }

    @Test
    void a_store_that_does_not_answer_is_left_alone_for_some_time() throws InterruptedException {
        first.serve(200);
        List<List<ChunkKey>> asked = new ArrayList<>();
        KvChunkStore silent =
                new ChangedStore(store) {
                    @Override
                    public Mono<Integer> match(List<ChunkKey> chain) {
                        asked.add(chain);
                        return Mono.never();
                    }
                };
        PrefixReplica second = new PrefixReplica(silent, Duration.ofMillis(50), 32);

        for (int i = 0; i < 5; i++) {
            second.find(200).close();
        }

        assertThat(asked).hasSize(1);
    }

    @Test
    void a_chunk_that_is_gone_and_those_after_it_are_not_found() throws InterruptedException {
        first.serve(200);
        KvChunkStore forgetful =
                new ChangedStore(store) {
                    @Override
                    public Flux<byte[]> fetch(List<ChunkKey> keys) {
                        return super.fetch(keys).take(1);
                    }
                };
        PrefixReplica second = new PrefixReplica(forgetful);

        assertThat(second.find(200).chunks()).hasSize(1);
        assertThat(second.fetches("hit")).isOne();
    }

    @Test
    void a_damaged_chunk_is_found_out_computed_and_replaced() throws InterruptedException {
        first.serve(200);
        replace(1, bytes -> bytes[bytes.length - 1] ^= 1);
        PrefixReplica second = new PrefixReplica(store);

        PromptPrefix prefix = second.find(200);
        assertThat(prefix.chunks()).hasSize(1);
        assertThat(second.count("inference.prefix.damaged")).isOne();
        prefix.computed(new NumberedCache(200));
        Waiting.until(() -> second.stores("kept") == 1 && second.stores("present") == 1);

        assertThat(new PrefixReplica(store).find(200).chunks()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"tenant", "model", "secret", "place"})
    void a_chunk_that_somebody_planted_is_not_taken(String whose) {
        ByteBuffer data = ByteBuffer.allocate(CHUNK_TOKENS * NumberedCache.BYTES_PER_TOKEN);
        ChunkKey key = keys(200).getFirst();
        byte[] planted =
                switch (whose) {
                    case "tenant" ->
                            FORMAT.encode(FORMAT.chain("another", prompt(64)).getFirst(), data);
                    case "model" ->
                            new ChunkFormat(
                                            List.of(),
                                            "F32",
                                            List.of(2, 2, 1, CHUNK_TOKENS, 1),
                                            FORMAT.secret())
                                    .encode(key, data);
                    case "secret" ->
                            new ChunkFormat(List.of(), "F32", FORMAT.shape(), ChunkSecret.random())
                                    .encode(key, data);
                    default -> FORMAT.encode(keys(200).get(1), data);
                };
        store.put(null, key, planted).block(Waiting.PATIENCE);

        assertThat(first.find(200).chunks()).isEmpty();
        assertThat(first.count("inference.prefix.damaged")).isOne();
        assertThat(first.fetches("error")).isOne();
    }

    @Test
    void a_store_that_counts_more_chunks_than_were_asked_for_is_not_believed() {
        KvChunkStore boasting =
                new ChangedStore(store) {
                    @Override
                    public Mono<Integer> match(List<ChunkKey> chain) {
                        return Mono.just(chain.size() + 1);
                    }
                };
        PrefixReplica second = new PrefixReplica(boasting);

        assertThat(second.find(200).chunks()).isEmpty();
        assertThat(second.fetches("error")).isOne();
    }

    @Test
    void more_chunks_than_may_wait_to_be_stored_are_dropped_with_those_after_them() {
        KvChunkStore stuck =
                new ChangedStore(store) {
                    @Override
                    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
                        return Mono.never();
                    }
                };
        PrefixReplica replica = new PrefixReplica(stuck, Waiting.PATIENCE, 2);

        replica.find(640).computed(new NumberedCache(640)); // 1 is being stored, 2 wait

        assertThat(replica.stores("dropped")).isEqualTo(7);
    }

    @Test
    void a_store_that_fails_is_no_error_of_the_request() throws InterruptedException {
        KvChunkStore failing =
                new ChangedStore(store) {
                    @Override
                    public Mono<Integer> match(List<ChunkKey> chain) {
                        throw new IllegalStateException("made by the test");
                    }

                    @Override
                    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
                        return Mono.error(new IllegalStateException("made by the test"));
                    }
                };
        PrefixReplica replica = new PrefixReplica(failing);

        PromptPrefix prefix = replica.find(200);
        prefix.computed(new NumberedCache(200));

        assertThat(prefix.chunks()).isEmpty();
        Waiting.until(() -> replica.stores("error") == 3);
    }

    @Test
    void a_store_that_lost_the_beginning_gets_it_from_who_has_it() throws InterruptedException {
        first.serve(129);
        store.remove(keys(129).getFirst()).block(Waiting.PATIENCE);

        first.find(200).computed(new NumberedCache(200));
        Waiting.until(() -> first.stores("kept") == 4);

        assertThat(new PrefixReplica(store).find(200).chunks()).hasSize(3);
    }

    @Test
    void what_is_faster_to_compute_is_not_fetched() throws InterruptedException {
        first.serve(200);
        PrefixReplica second = new PrefixReplica(store);
        second.cache.rates.computed(64, 1); // faster than any store
        second.cache.rates.fetched(64, 1_000_000_000);

        PromptPrefix prefix = second.find(200);

        assertThat(prefix.chunks()).isEmpty();
        assertThat(prefix.choice()).isEqualTo(PrefixChoice.RECOMPUTE);
        assertThat(second.count("inference.prefix.choices", "choice", "recompute")).isOne();
    }

    @Test
    void warming_up_looks_things_up_and_leaves_nothing_behind() {
        List<ChunkKey> asked = new ArrayList<>();
        KvChunkStore watched =
                new ChangedStore(store) {
                    @Override
                    public Flux<byte[]> fetch(List<ChunkKey> keys) {
                        asked.addAll(keys);
                        return super.fetch(keys);
                    }

                    @Override
                    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
                        throw new AssertionError("Warming up stores nothing.");
                    }
                };

        new PrefixReplica(watched).cache.warmUp();

        assertThat(asked).isNotEmpty().doesNotContainAnyElementsOf(keys(200));
    }

    private interface Change {
        void to(byte[] bytes);
    }

    private void replace(int chunk, Change change) {
        ChunkKey key = keys(200).get(chunk);
        byte[] bytes = store.fetch(List.of(key)).blockFirst(Waiting.PATIENCE);
        change.to(bytes);
        store.remove(key).then(store.put(null, key, bytes)).block(Waiting.PATIENCE);
    }
}
