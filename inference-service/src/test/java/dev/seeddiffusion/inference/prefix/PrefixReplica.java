package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.ChunkKey.CHUNK_TOKENS;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.inference.Waiting;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The prefix cache of one replica, and a model that computes by writing numbers. */
final class PrefixReplica {

    static final ChunkFormat FORMAT =
            new ChunkFormat(
                    List.of(), "F32", List.of(1, 2, 1, CHUNK_TOKENS, 2), PrefixCaches.SECRET);
    static final String TENANT = "acme";

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final PrefixCache cache;

    PrefixReplica(KvChunkStore store) {
        this(store, Waiting.PATIENCE, 32);
    }

    PrefixReplica(KvChunkStore store, Duration fetchDeadline, int maxStoresInFlight) {
        cache =
                new PrefixCache(
                        _ -> store,
                        FORMAT,
                        PrefixCaches.properties(fetchDeadline, maxStoresInFlight),
                        meters);
    }

    PromptPrefix find(int tokens) {
        return find(TENANT, tokens);
    }

    PromptPrefix find(String tenant, int tokens) {
        PromptPrefix prefix = cache.open(tenant, prompt(tokens));
        prefix.find().block(Waiting.PATIENCE);
        return prefix;
    }

    /** Finds what there is of a prompt, computes the rest, and waits until that is stored. */
    void serve(int tokens) throws InterruptedException {
        double stored = stores("kept");
        try (PromptPrefix prefix = find(tokens)) {
            prefix.computed(new NumberedCache(tokens));
            int computed = tokens / CHUNK_TOKENS - prefix.chunks().size();
            Waiting.until(() -> stores("kept") == stored + computed);
        }
    }

    double stores(String result) {
        return count("inference.prefix.stores", "result", result);
    }

    double count(String name, String... tags) {
        return meters.find(name).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
    }

    long fetches(String result) {
        return meters.timer("inference.prefix.fetches", "result", result).count();
    }

    static int[] prompt(int tokens) {
        return IntStream.range(0, tokens).toArray();
    }

    static List<ChunkKey> keys(int tokens) {
        return FORMAT.chain(TENANT, prompt(tokens));
    }
}
