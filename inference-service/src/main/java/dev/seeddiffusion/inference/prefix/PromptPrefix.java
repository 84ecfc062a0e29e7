package dev.seeddiffusion.inference.prefix;

import static dev.seeddiffusion.common.chunk.ChunkKey.CHUNK_TOKENS;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.generation.PrefixChoice;
import dev.seeddiffusion.diffusion.model.KvCache;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The beginning of one prompt: what is known of it, and what its computation makes known. {@link
 * #find} comes first, then {@link #computed} on the device thread; {@link #close} may come at any
 * time, by any thread.
 */
public final class PromptPrefix implements AutoCloseable {

    /** For what another request computes; afterwards this one computes it too. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final PrefixCache cache;
    private final @Nullable KvChunkStore store;
    private final List<ChunkKey> chain;
    private final int usable;
    private List<ChunkKey> claimed = List.of();
    private boolean isClosed;
    private List<ByteBuffer> chunks = List.of();
    private PrefixChoice choice = PrefixChoice.NONE;
    private int stored;
    private int next;
    private long lastStep;

    /**
     * @param chain keys of all full chunks of the prompt
     * @param usable how many of them may be found: never the prompt's last token, which the model
     *     must see
     */
    PromptPrefix(
            PrefixCache cache, @Nullable KvChunkStore store, List<ChunkKey> chain, int usable) {
        this.cache = cache;
        this.store = store;
        this.chain = chain;
        this.usable = usable;
    }

    /**
     * Looks for the prompt here, waits for whoever is computing it, and looks for the rest in the
     * store; as far as it comes in time. Never an error.
     */
    public Mono<Void> find() {
        return Mono.defer(this::findHere)
                .timeout(LONGEST_WAIT)
                .onErrorComplete(TimeoutException.class)
                .then(Mono.defer(this::findInStore));
    }

    private Mono<Void> findHere() {
        chunks = cache.local.find(chain.subList(0, usable));
        @Nullable Mono<Void> others = claimRest();
        if (others == null) {
            return Mono.empty();
        }
        cache.metrics.waited();
        return others.then(Mono.defer(this::findHere));
    }

    private synchronized @Nullable Mono<Void> claimRest() {
        if (isClosed) {
            return null;
        }
        List<ChunkKey> rest = chain.subList(chunks.size(), usable);
        @Nullable Mono<Void> others = cache.singleFlight.claim(rest);
        if (others == null) {
            claimed = rest;
        }
        return others;
    }

    private Mono<Void> findInStore() {
        int here = chunks.size();
        stored = here;
        next = here;
        cache.metrics.cached("local", here * CHUNK_TOKENS);
        if (store == null || here == usable) {
            cache.metrics.chosen(choice);
            return Mono.empty();
        }
        return cache.lookup.find(store, chain.subList(0, usable), here).doOnNext(this::take).then();
    }

    private void take(StoreLookup.Found found) {
        choice = found.choice();
        stored = found.stored();
        List<ByteBuffer> all = new ArrayList<>(chunks);
        for (ByteBuffer chunk : found.chunks()) {
            all.add(chunk);
            cache.local.keep(chain.subList(0, all.size()), chunk);
        }
        chunks = all;
        next = all.size();
        giveUp(next);
        cache.metrics.cached("shared", found.chunks().size() * CHUNK_TOKENS);
        cache.metrics.chosen(choice);
    }

    /** Keys and values of the prompt's first chunks, as {@link KvCache#append} takes them. */
    public List<ByteBuffer> chunks() {
        return chunks;
    }

    public PrefixChoice choice() {
        return choice;
    }

    /**
     * To be called after each step: keeps the chunks that it completed. Only reading them takes the
     * calling thread's time.
     *
     * @param kv of a generation that began with {@link #chunks}
     */
    public void computed(KvCache kv) {
        if (next == chain.size()) {
            return;
        }
        long now = System.nanoTime();
        int before = next;
        while (next < chain.size() && kv.length() >= (next + 1) * CHUNK_TOKENS) {
            share(kv.read(next * CHUNK_TOKENS, CHUNK_TOKENS));
        }
        if (next == before + 1 && lastStep != 0) {
            cache.rates.computed(CHUNK_TOKENS, now - lastStep);
        }
        lastStep = System.nanoTime();
    }

    private void share(ByteBuffer chunk) {
        cache.local.keep(chain.subList(0, next + 1), chunk);
        giveUp(next + 1);
        if (store != null) {
            put(store, chunk);
        }
        next++;
    }

    /** Also what was found here and the store lacks, without which it would not take the rest. */
    private void put(KvChunkStore to, ByteBuffer computed) {
        for (; stored <= next; stored++) {
            ByteBuffer chunk = stored < chunks.size() ? chunks.get(stored) : computed;
            @Nullable ChunkKey parent = stored == 0 ? null : chain.get(stored - 1);
            if (!cache.writer.offer(new ChunkWriter.Chunk(to, parent, chain.get(stored), chunk))) {
                // What follows a missing chunk would never be found.
                cache.metrics.stored("dropped", chain.size() - stored);
                stored = Integer.MAX_VALUE;
                return;
            }
        }
    }

    /** Lets those go on who wait for the chunks before {@code end}. */
    private void giveUp(int end) {
        List<ChunkKey> done;
        synchronized (this) {
            int first = usable - claimed.size();
            int count = Math.clamp((long) end - first, 0, claimed.size());
            done = claimed.subList(0, count);
            claimed = claimed.subList(count, claimed.size());
        }
        cache.singleFlight.giveUp(done);
    }

    /** Who waits for chunks that are not computed yet does so no longer. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        giveUp(usable);
    }
}
