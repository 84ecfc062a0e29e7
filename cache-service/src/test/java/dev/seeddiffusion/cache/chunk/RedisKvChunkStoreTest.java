package dev.seeddiffusion.cache.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStoreContract;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "cache.chunks.redis-deadline=10s") // a busy machine is no outage
@Import(RealRedisConfiguration.class)
class RedisKvChunkStoreTest extends KvChunkStoreContract {

    @Autowired private KvChunkStore store;
    @Autowired private ReactiveStringRedisTemplate redis;

    @Override
    protected KvChunkStore store() {
        return store;
    }

    @Test
    void a_chunk_is_one_key_that_lives_until_it_was_not_used_for_its_time_to_live() {
        List<ChunkKey> chain = anyChain(2);
        put(chain, 0, 1000);
        put(chain, 1, 1000);
        await(redis.expire(name(chain, 0), Duration.ofMinutes(1)));

        await(store.match(chain));

        assertThat(await(redis.keys("*" + chain.getFirst().hex() + "*").collectList()))
                .containsExactly(name(chain, 0));
        assertThat(await(redis.getExpire(name(chain, 0))))
                .isBetween(Duration.ofHours(23), Duration.ofHours(24));
    }

    @Test
    void a_chunk_is_never_less_recent_than_those_after_it() {
        List<ChunkKey> chain = anyChain(5);
        IntStream.range(0, 3).forEach(i -> put(chain, i, 1000));
        await(store.match(chain.subList(0, 2)));
        put(chain, 3, 1000);
        await(store.match(chain.subList(0, 1)));
        put(chain, 4, 1000);

        List<Double> recency =
                chain.stream()
                        .map(
                                key ->
                                        await(
                                                redis.opsForZSet()
                                                        .score("kv:{index}:recency", key.hex())))
                        .toList();

        assertThat(recency)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_chunk_that_redis_lost_can_be_put_again() {
        List<ChunkKey> chain = anyChain(2);
        put(chain, 0, 1000);
        put(chain, 1, 1000);
        await(redis.delete(name(chain, 0)));

        assertThat(await(store.match(chain))).isZero();
        assertThat(put(chain, 0, 1000)).isEqualTo(KvChunkStore.Stored.KEPT);

        assertThat(await(store.match(chain))).isEqualTo(2);
    }

    @Test
    void what_was_evicted_but_not_deleted_is_deleted_with_the_next_put() {
        ChunkKey left = anyChain(1).getFirst();
        await(redis.opsForValue().set("kv:" + left.hex(), "left by a process that died"));
        await(redis.opsForSet().add("kv:{index}:doomed", left.hex()));

        put(anyChain(1), 0, 1000);

        assertThat(await(redis.hasKey("kv:" + left.hex()))).isFalse();
        assertThat(await(redis.opsForSet().size("kv:{index}:doomed"))).isZero();
    }

    private static String name(List<ChunkKey> chain, int chunk) {
        return "kv:" + chain.get(chunk).hex();
    }
}
