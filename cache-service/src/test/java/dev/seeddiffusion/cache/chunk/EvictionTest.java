package dev.seeddiffusion.cache.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.test.annotation.DirtiesContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** More chunks than there is room for, of prompts of which some are asked for much more often. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.data.redis.connect-timeout=30s", // a busy machine is no outage
            "cache.chunks.redis-deadline=30s",
            "cache.chunks.memory-budget=" + EvictionTest.BUDGET_BYTES + "B"
        })
@Import(RealRedisConfiguration.class)
@DirtiesContext // its Redis is this test's alone
class EvictionTest {

    static final int BUDGET_BYTES = 12 << 20;

    private static final int CHUNK_BYTES = 4096;
    private static final int PROMPTS_AT_A_TIME = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(9);

    @Autowired private KvChunkStore store;
    @Autowired private ReactiveStringRedisTemplate redis;
    private long puts;
    private long asked;
    private long found;

    @BeforeEach
    void empty() {
        redis.execute(connection -> connection.serverCommands().flushAll()).blockLast(PATIENCE);
    }

    @Test
    void the_budget_is_kept_no_chain_is_broken_and_little_is_lost_to_an_ideal_cache() {
        check(6_000);
    }

    @Test
    @Tag("system")
    void so_it_is_with_100_000_puts() {
        check(100_000);
    }

    private void check(int wanted) {
        ZipfTrace trace = new ZipfTrace(2000, 7);
        LruCache ideal = new LruCache(BUDGET_BYTES / RedisMemory.of(CHUNK_BYTES));
        long empty = usedMemory();
        long mostMemory = 0;
        while (puts < wanted) {
            List<List<ChunkKey>> prompts =
                    IntStream.range(0, 200).mapToObj(_ -> trace.next()).toList();
            prompts.forEach(ideal::use);
            Flux.fromIterable(prompts).flatMap(this::use, PROMPTS_AT_A_TIME).blockLast(PATIENCE);
            mostMemory = Math.max(mostMemory, usedMemory() - empty);
        }
        double hitRate = (double) found / asked;
        System.out.printf(
                "%d puts, most memory %.1f of %.1f MB, hit rate %.3f, of an ideal LRU %.3f%n",
                puts, mostMemory / 1e6, BUDGET_BYTES / 1e6, hitRate, ideal.hitRate());
        assertThat(mostMemory).as("used_memory").isLessThan(BUDGET_BYTES);
        assertThat(hitRate).isCloseTo(ideal.hitRate(), within(0.05));
        assertThatNothingIsOrphaned(trace);
    }

    /** As a replica does: looks the prompt up, and puts what is missing. */
    private Mono<Void> use(List<ChunkKey> chain) {
        return store.match(chain)
                .flatMapMany(
                        matched -> {
                            count(chain.size(), matched);
                            return Flux.range(matched, chain.size() - matched);
                        })
                .concatMap(
                        i ->
                                store.put(
                                        i == 0 ? null : chain.get(i - 1),
                                        chain.get(i),
                                        new byte[CHUNK_BYTES]))
                .then();
    }

    private synchronized void count(int chunks, int matched) {
        asked += chunks;
        found += matched;
        puts += chunks - matched;
    }

    private void assertThatNothingIsOrphaned(ZipfTrace trace) {
        Set<String> kept = keys("kv:[0-9a-f]*");
        Set<String> indexed =
                new TreeSet<>(
                        redis.opsForZSet()
                                .range("kv:{index}:recency", Range.unbounded())
                                .map(key -> "kv:" + key)
                                .collectList()
                                .block(PATIENCE));
        assertThat(kept).isEqualTo(indexed).hasSizeGreaterThan(500);
        Map<String, String> parents = new HashMap<>();
        for (List<ChunkKey> chain : trace.prompts()) {
            for (int i = 1; i < chain.size(); i++) {
                parents.put("kv:" + chain.get(i).hex(), "kv:" + chain.get(i - 1).hex());
            }
        }
        assertThat(kept).allMatch(key -> kept.contains(parents.getOrDefault(key, key)));
    }

    private Set<String> keys(String pattern) {
        return new TreeSet<>(redis.keys(pattern).collectList().block(PATIENCE));
    }

    private long usedMemory() {
        Properties memory =
                redis.execute(connection -> connection.serverCommands().info("memory"))
                        .blockLast(PATIENCE);
        return Long.parseLong(memory.getProperty("used_memory"));
    }
}
