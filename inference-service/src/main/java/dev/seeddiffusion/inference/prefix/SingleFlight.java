package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Which chunks somebody is computing or fetching at the moment. Thread-safe. */
final class SingleFlight {

    private final Map<ChunkKey, Sinks.Empty<Void>> underWay = new HashMap<>();

    /**
     * Claims all of {@code chain}, unless somebody has claimed one of them before.
     *
     * @return null if they are the caller's, who must give them up in the end; else what completes
     *     when the last one that is somebody else's was given up
     */
    synchronized @Nullable Mono<Void> claim(List<ChunkKey> chain) {
        for (ChunkKey key : chain.reversed()) {
            Sinks.Empty<Void> others = underWay.get(key);
            if (others != null) {
                return others.asMono();
            }
        }
        chain.forEach(key -> underWay.put(key, Sinks.empty()));
        return null;
    }

    /**
     * @param keys that the caller has claimed
     */
    void giveUp(List<ChunkKey> keys) {
        List<Sinks.Empty<Void>> done;
        synchronized (this) {
            done = keys.stream().map(underWay::remove).filter(Objects::nonNull).toList();
        }
        done.forEach(Sinks.Empty::tryEmitEmpty); // without the lock: who waited goes on from here
    }
}
