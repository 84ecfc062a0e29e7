package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.ChunkKey.CHUNK_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.inference.Waiting;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class PrefixCacheTest {

    private static final ChunkFormat FORMAT =
            new ChunkFormat(ChunkKey.root(List.of()), "F32", List.of(1, 2, 1, CHUNK_TOKENS, 2));
    private static final int BYTES_PER_TOKEN = 16;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final KvChunkStore store = new InMemoryKvChunkStore(1 << 20);

    @Test
    void chunks_end_where_forwards_of_the_prompt_end() {
        // So that what follows is computed in the same pieces, and to the same bits, either way.
        assertThat(CHUNK_TOKENS % Generation.PROMPT_PIECE_TOKENS).isZero();
    }

    @ParameterizedTest(name = "of {0} tokens {1} are found")
    @CsvSource({"1,0", "63,0", "64,0", "65,64", "128,64", "129,128", "200,192"})
    void what_was_shared_is_found_but_for_the_last_token(int tokens, int found) {
        PrefixCache prefixes = prefixes(store, LONG, 32);
        share(prefixes, tokens);

        Prefix prefix = find(prefixes, tokens);

        assertThat(prefix.chunks()).hasSize(found / CHUNK_TOKENS);
        for (int i = 0; i < prefix.chunks().size(); i++) {
            ByteBuffer chunk = prefix.chunks().get(i).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(chunk.remaining()).isEqualTo(CHUNK_TOKENS * BYTES_PER_TOKEN);
            assertThat(chunk.getInt(0)).isEqualTo(i * CHUNK_TOKENS);
        }
    }

    @Test
    void warming_up_looks_things_up_and_leaves_nothing_behind() {
        List<ChunkKey> asked = new ArrayList<>();
        KvChunkStore watched =
                new Changed(store) {
                    @Override
                    public Mono<byte[]> get(ChunkKey key) {
                        asked.add(key);
                        return super.get(key);
                    }

                    @Override
                    public Mono<Boolean> put(ChunkKey key, byte[] bytes) {
                        throw new AssertionError("Warming up stores nothing.");
                    }
                };

        prefixes(watched, LONG, 32).warmUp();

        assertThat(asked).isNotEmpty().doesNotContain(key(0));
    }

    @Test
    void a_store_that_fails_while_warming_up_is_used_all_the_same_later() {
        KvChunkStore down =
                new Changed(store) {
                    private boolean first = true;

                    @Override
                    public Mono<Integer> match(List<ChunkKey> chain) {
                        boolean fails = first;
                        first = false;
                        return fails
                                ? Mono.error(new IllegalStateException("made by the test"))
                                : super.match(chain);
                    }
                };
        PrefixCache prefixes = prefixes(down, LONG, 32);

        prefixes.warmUp();
        share(prefixes, 65);

        assertThat(find(prefixes, 65).chunks()).hasSize(1);
    }

    @Test
    void a_longer_prompt_shares_only_what_was_not_there() {
        PrefixCache prefixes = prefixes(store, LONG, 32);
        share(prefixes, 128);

        NumberedCache cache = new NumberedCache(200);
        prefixes.share(find(prefixes, 200), cache);

        assertThat(cache.read).containsExactly(128);
    }

    @Test
    void a_chunk_that_came_too_late_and_those_after_it_are_not_found() {
        share(prefixes(store, LONG, 32), 200);
        KvChunkStore slow =
                new Changed(store) {
                    @Override
                    public Mono<byte[]> get(ChunkKey key) {
                        return super.get(key)
                                .delayElement(key.equals(key(1)) ? LONG : Duration.ZERO);
                    }
                };

        Prefix prefix = find(prefixes(slow, Duration.ofMillis(200), 32), 200);

        assertThat(prefix.chunks()).hasSize(1);
        assertThat(fetches("late")).isOne();
    }

    @Test
    void a_chunk_that_is_gone_and_those_after_it_are_not_found() {
        share(prefixes(store, LONG, 32), 200);
        KvChunkStore forgetful =
                new Changed(store) {
                    @Override
                    public Mono<byte[]> get(ChunkKey key) {
                        return key.equals(key(1)) ? Mono.empty() : super.get(key);
                    }
                };

        assertThat(find(prefixes(forgetful, LONG, 32), 200).chunks()).hasSize(1);
        assertThat(fetches("hit")).isOne();
    }

    @Test
    void a_chunk_that_is_damaged_and_those_after_it_are_not_found() {
        share(prefixes(store, LONG, 32), 200);
        KvChunkStore damaging =
                new Changed(store) {
                    @Override
                    public Mono<byte[]> get(ChunkKey key) {
                        return super.get(key)
                                .doOnNext(bytes -> bytes[99] ^= key.equals(key(1)) ? 1 : 0);
                    }
                };

        assertThat(find(prefixes(damaging, LONG, 32), 200).chunks()).hasSize(1);
        assertThat(fetches("error")).isOne();
    }

    @Test
    void a_store_that_counts_more_chunks_than_were_asked_for_is_not_believed() {
        KvChunkStore boasting =
                new Changed(store) {
                    @Override
                    public Mono<Integer> match(List<ChunkKey> chain) {
                        return Mono.just(chain.size() + 1);
                    }
                };

        assertThat(find(prefixes(boasting, LONG, 32), 200).chunks()).isEmpty();
        assertThat(fetches("error")).isOne();
    }

    @Test
    void a_chunk_of_another_model_is_not_taken() {
        ChunkFormat other =
                new ChunkFormat(FORMAT.root(), "F32", List.of(2, 2, 1, CHUNK_TOKENS, 1));
        byte[] alien = other.encode(ByteBuffer.allocate(CHUNK_TOKENS * BYTES_PER_TOKEN));
        store.put(key(0), alien).block(LONG);

        assertThat(find(prefixes(store, LONG, 32), 200).chunks()).isEmpty();
        assertThat(fetches("error")).isOne();
    }

    @Test
    void more_chunks_than_may_be_stored_at_once_are_dropped() {
        KvChunkStore stuck =
                new Changed(store) {
                    @Override
                    public Mono<Boolean> put(ChunkKey key, byte[] bytes) {
                        return Mono.never();
                    }
                };
        NumberedCache cache = new NumberedCache(200);
        PrefixCache prefixes = prefixes(stuck, LONG, 2);

        prefixes.share(find(prefixes, 200), cache);

        assertThat(cache.read).containsExactly(0, 64);
        assertThat(stores("dropped")).isOne();
    }

    @Test
    void a_store_that_fails_is_no_error_of_the_request() throws InterruptedException {
        KvChunkStore failing =
                new Changed(store) {
                    @Override
                    public Mono<Integer> match(List<ChunkKey> chain) {
                        return Mono.error(new IllegalStateException("made by the test"));
                    }

                    @Override
                    public Mono<Boolean> put(ChunkKey key, byte[] bytes) {
                        return Mono.error(new IllegalStateException("made by the test"));
                    }
                };
        PrefixCache prefixes = prefixes(failing, LONG, 32);

        Prefix prefix = find(prefixes, 200);
        prefixes.share(prefix, new NumberedCache(200));

        assertThat(prefix.chunks()).isEmpty();
        Waiting.until(() -> stores("error") == 3);
    }

    @Test
    void a_store_that_throws_is_no_error_of_the_request() {
        share(prefixes(store, LONG, 32), 200);
        KvChunkStore throwing =
                new Changed(store) {
                    @Override
                    public Mono<byte[]> get(ChunkKey key) {
                        throw new IllegalStateException("made by the test");
                    }
                };

        assertThat(find(prefixes(throwing, LONG, 32), 200).chunks()).isEmpty();
        assertThat(fetches("error")).isOne();
    }

    private void share(PrefixCache prefixes, int tokens) {
        int chunks = tokens / CHUNK_TOKENS;
        prefixes.share(find(prefixes, tokens), new NumberedCache(tokens));
        try {
            Waiting.until(() -> stores("kept") == chunks);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private PrefixCache prefixes(KvChunkStore over, Duration deadline, int maxStoresInFlight) {
        return new PrefixCache(
                over, FORMAT, PrefixCaches.properties(deadline, maxStoresInFlight), meters);
    }

    private static Prefix find(PrefixCache prefixes, int tokens) {
        return prefixes.find(prompt(tokens)).blockOptional(LONG).orElseThrow();
    }

    private static int[] prompt(int tokens) {
        return IntStream.range(0, tokens).toArray();
    }

    private static ChunkKey key(int chunk) {
        return ChunkKey.chain(FORMAT.root(), prompt(200)).get(chunk);
    }

    private double stores(String result) {
        return meters.counter("inference.prefix.stores", "result", result).count();
    }

    private double fetches(String result) {
        return meters.timer("inference.prefix.fetches", "result", result).count();
    }

    /** A store of which a test changes something. */
    private static class Changed implements KvChunkStore {

        private final KvChunkStore store;

        Changed(KvChunkStore store) {
            this.store = store;
        }

        @Override
        public Mono<Integer> match(List<ChunkKey> chain) {
            return store.match(chain);
        }

        @Override
        public Mono<byte[]> get(ChunkKey key) {
            return store.get(key);
        }

        @Override
        public Mono<Boolean> put(ChunkKey key, byte[] bytes) {
            return store.put(key, bytes);
        }
    }

    /** A fake whose chunks begin with the number of their first token. */
    private static final class NumberedCache implements KvCache {

        private final int length;
        private final List<Integer> read = new CopyOnWriteArrayList<>();

        NumberedCache(int length) {
            this.length = length;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void truncate(int to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int capacity() {
            return length;
        }

        @Override
        public int bytesPerToken() {
            return BYTES_PER_TOKEN;
        }

        @Override
        public ByteBuffer read(int start, int tokens) {
            read.add(start);
            return ByteBuffer.allocate(tokens * BYTES_PER_TOKEN)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, start);
        }

        @Override
        public void append(ByteBuffer bytes, int tokens) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
