package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a store could be at best that forgets what was used longest ago: a simulation. */
final class LruCache {

    private final Map<ChunkKey, Boolean> chunks;
    private long asked;
    private long found;

    LruCache(long mostChunks) {
        chunks =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<ChunkKey, Boolean> eldest) {
                        return size() > mostChunks;
                    }
                };
    }

    void use(List<ChunkKey> chain) {
        asked += chain.size();
        found += chain.stream().takeWhile(chunks::containsKey).count();
        chain.reversed().forEach(key -> chunks.put(key, true));
    }

    double hitRate() {
        return (double) found / asked;
    }
}
