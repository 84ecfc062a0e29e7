package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.ChunkKey.CHUNK_TOKENS;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keys and values of the beginnings of prompts: in this process, and in a store that replicas
 * share. It can only make things faster: whether the store is slow, full, wrong or dead, no request
 * fails, and none waits for longer than computing takes, but for a deadline.
 */
public final class PrefixCache implements AutoCloseable {

    private static final int WARM_UP_ROUNDS = 20;

    final LocalChunks local;
    final SingleFlight singleFlight = new SingleFlight();
    final FetchOrCompute rates;
    final PrefixMetrics metrics;
    final StoreLookup lookup;
    final ChunkWriter writer;
    private final ChunkFormat format;
    private final @Nullable ChunkStores stores;
    private final PrefixCacheProperties properties;
    private final Outage outage = new Outage();

    /**
     * @param stores shared with other replicas, closed with this; null if there are none
     */
    PrefixCache(
            @Nullable ChunkStores stores,
            ChunkFormat format,
            PrefixCacheProperties properties,
            MeterRegistry meters) {
        this.stores = stores;
        this.format = format;
        this.properties = properties;
        local = new LocalChunks(properties.maxMemory().toBytes());
        rates = new FetchOrCompute(properties.fetchDeadline(), format.bytesPerToken(), meters);
        metrics = new PrefixMetrics(meters);
        lookup = new StoreLookup(format, rates, metrics, outage);
        writer =
                new ChunkWriter(
                        format,
                        properties.storeDeadline(),
                        properties.maxStoresInFlight(),
                        metrics,
                        outage);
        Gauge.builder("inference.prefix.local", local::bytes).baseUnit("bytes").register(meters);
    }

    /**
     * @param tenant who asks; finds nothing that others computed
     * @param promptTokens token ids from position 0
     * @return to be closed when the request ends
     */
    public PromptPrefix open(String tenant, int[] promptTokens) {
        List<ChunkKey> chain = format.chain(tenant, promptTokens);
        int usable = Math.max(0, promptTokens.length - 1) / CHUNK_TOKENS;
        return new PromptPrefix(this, storeOf(tenant), chain, usable);
    }

    private @Nullable KvChunkStore storeOf(String tenant) {
        return stores == null ? null : stores.of(format.secret().tag(tenant));
    }

    /**
     * Looks for what nobody has, so that connections are open and code is loaded when the first
     * request comes: a cold look-up takes longer than the deadline leaves. Returns at once.
     */
    public void warmUp() {
        KvChunkStore store = storeOf("warm-up");
        if (store == null) {
            return;
        }
        List<ChunkKey> nobodys =
                List.of(ChunkKey.root(List.of("warm-up".getBytes(StandardCharsets.UTF_8))));
        Mono.defer(() -> store.match(nobodys))
                .then(Mono.defer(() -> store.fetch(nobodys).then()))
                .repeat(WARM_UP_ROUNDS)
                .then()
                .timeout(properties.storeDeadline())
                .subscribe(_ -> {}, outage::note);
    }

    @Override
    public void close() {
        writer.close();
        if (stores != null) {
            stores.close();
        }
    }
}
