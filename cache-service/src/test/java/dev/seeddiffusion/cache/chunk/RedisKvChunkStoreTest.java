package dev.seeddiffusion.cache.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStoreContract;
import java.time.Duration;
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
    void a_chunk_lies_under_its_prefixed_key_for_its_time_to_live() {
        ChunkKey key = anyChain(1).getFirst();

        await(store.put(key, anyBytes(10)));

        assertThat(await(redis.getExpire("kv:" + key.hex())))
                .isBetween(Duration.ofHours(23), Duration.ofHours(24));
    }
}
