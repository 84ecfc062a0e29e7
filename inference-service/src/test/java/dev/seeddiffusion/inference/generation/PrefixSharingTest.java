package dev.seeddiffusion.inference.generation;

import static dev.seeddiffusion.inference.generation.TestReplica.request;
import static dev.seeddiffusion.inference.generation.TestReplica.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.chunk.ChangedStore;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.PrefixChoice;
import dev.seeddiffusion.inference.TinyCheckpoint;
import dev.seeddiffusion.inference.Waiting;
import dev.seeddiffusion.inference.generation.TestReplica.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two replicas on one store: whatever the store does, the text is the same. */
class PrefixSharingTest {

    @TempDir private static Path folder;
    private static Path checkpoint;

    @BeforeAll
    static void write() throws IOException {
        checkpoint = TinyCheckpoint.write(folder);
    }

    @ParameterizedTest
    @EnumSource(Decoding.class)
    void a_second_replica_goes_on_from_the_chunks_of_the_first(Decoding decoding)
            throws InterruptedException {
        GenerationRequest request = request(TinyCheckpoint.LONG_PROMPT, 120, decoding, 5, false);
        KvChunkStore store = new InMemoryKvChunkStore();
        List<GenerationEvent> first = firstReplica(store, request);

        try (TestReplica second = replica(store, Waiting.PATIENCE)) {
            List<GenerationEvent> again = second.events(request);

            assertThat(started(first).cachedTokens()).isZero();
            int cached = started(again).cachedTokens();
            assertThat(cached).isGreaterThanOrEqualTo(128);
            assertThat(cached % ChunkKey.CHUNK_TOKENS).isZero();
            assertThat(finished(again).usage().cachedTokens()).isEqualTo(cached);
            assertThat(finished(again).usage().prefix()).isEqualTo(PrefixChoice.FETCH);
            assertThat(text(again)).isEqualTo(text(first)).isNotEmpty();
        }
    }

    @Test
    void a_damaged_chunk_is_computed_again() throws InterruptedException {
        GenerationRequest request = request(TinyCheckpoint.LONG_PROMPT, 60);
        KvChunkStore store = new InMemoryKvChunkStore();
        List<GenerationEvent> first = firstReplica(store, request);
        KvChunkStore damaging =
                new ChangedStore(store) {
                    @Override
                    public Flux<byte[]> fetch(List<ChunkKey> keys) {
                        return super.fetch(keys).doOnNext(bytes -> bytes[bytes.length - 1] ^= 1);
                    }
                };

        try (TestReplica second = replica(damaging, Waiting.PATIENCE)) {
            List<GenerationEvent> again = second.events(request);

            assertThat(started(again).cachedTokens()).isZero();
            assertThat(text(again)).isEqualTo(text(first));
            assertThat(fetches(second, "error")).isOne();
            assertThat(second.count("inference.prefix.damaged")).isOne();
        }
    }

    @Test
    void a_store_that_never_answers_is_waited_for_until_the_deadline() throws InterruptedException {
        GenerationRequest request = request(TinyCheckpoint.LONG_PROMPT, 60);
        KvChunkStore store = new InMemoryKvChunkStore();
        List<GenerationEvent> first = firstReplica(store, request);
        KvChunkStore silent =
                new ChangedStore(store) {
                    @Override
                    public Mono<Integer> match(List<ChunkKey> chain) {
                        return Mono.never();
                    }

                    @Override
                    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
                        return Mono.never();
                    }
                };

        try (TestReplica second = replica(silent, Duration.ofMillis(40))) {
            List<GenerationEvent> again = second.events(request);

            assertThat(started(again).cachedTokens()).isZero();
            assertThat(text(again)).isEqualTo(text(first));
            assertThat(fetches(second, "late")).isOne();
        }
    }

    private static List<GenerationEvent> firstReplica(KvChunkStore store, GenerationRequest request)
            throws InterruptedException {
        try (TestReplica first = replica(store, Waiting.PATIENCE)) {
            List<GenerationEvent> events = first.events(request);
            int chunks = started(events).promptTokens() / ChunkKey.CHUNK_TOKENS;
            Waiting.until(() -> first.count("inference.prefix.stores", "result", "kept") == chunks);
            return events;
        }
    }

    private static TestReplica replica(KvChunkStore store, Duration fetchDeadline) {
        return new TestReplica(checkpoint, Setting.standard().prefixes(store, fetchDeadline));
    }

    private static long fetches(TestReplica replica, String result) {
        return replica.meters.get("inference.prefix.fetches").tag("result", result).timer().count();
    }

    private static Started started(List<GenerationEvent> events) {
        return (Started) events.getFirst();
    }

    private static Finished finished(List<GenerationEvent> events) {
        return (Finished) events.getLast();
    }
}
