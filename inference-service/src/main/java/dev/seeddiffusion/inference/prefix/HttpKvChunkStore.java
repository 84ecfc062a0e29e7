package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkFrames;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One tenant's chunks in a cache-service. */
final class HttpKvChunkStore implements KvChunkStore {

    /** The longest chain that a cache-service takes: a prompt of 65,536 tokens. */
    private static final int MAX_CHAIN = 1024;

    private final WebClient http;
    private final int maxChunkBytes;

    /**
     * @param http names the tenant
     */
    HttpKvChunkStore(WebClient http, int maxChunkBytes) {
        this.http = http;
        this.maxChunkBytes = maxChunkBytes;
    }

    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        return http.post()
                .uri("/chunks/match")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(longest(chain))
                .retrieve()
                .bodyToMono(Match.class)
                .map(Match::matched);
    }

    @Override
    public Flux<byte[]> fetch(List<ChunkKey> keys) {
        return Flux.defer(
                () -> {
                    ChunkFrames frames = new ChunkFrames(maxChunkBytes);
                    return http.post()
                            .uri("/chunks/fetch")
                            .contentType(MediaType.APPLICATION_JSON)
                            .bodyValue(longest(keys))
                            .retrieve()
                            .bodyToFlux(DataBuffer.class)
                            .concatMapIterable(piece -> read(frames, piece));
                });
    }

    private static List<byte[]> read(ChunkFrames frames, DataBuffer piece) {
        try (DataBuffer.ByteBufferIterator buffers = piece.readableByteBuffers()) {
            List<byte[]> chunks = new ArrayList<>();
            buffers.forEachRemaining(buffer -> chunks.addAll(frames.read(buffer)));
            return chunks;
        } finally {
            DataBufferUtils.release(piece);
        }
    }

    @Override
    public Mono<Stored> put(@Nullable ChunkKey parent, ChunkKey key, byte[] bytes) {
        return http.put()
                .uri(
                        uri ->
                                uri.path("/chunks/{key}")
                                        .queryParamIfPresent(
                                                "parent",
                                                Optional.ofNullable(parent).map(ChunkKey::hex))
                                        .build(key.hex()))
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .bodyValue(bytes)
                .exchangeToMono(
                        response ->
                                switch (HttpStatus.valueOf(response.statusCode().value())) {
                                    case CREATED -> response.releaseBody().thenReturn(Stored.KEPT);
                                    case OK -> response.releaseBody().thenReturn(Stored.PRESENT);
                                    case CONFLICT ->
                                            response.releaseBody().thenReturn(Stored.REFUSED);
                                    default -> response.createError();
                                });
    }

    @Override
    public Mono<Void> remove(ChunkKey key) {
        return http.delete().uri("/chunks/{key}", key.hex()).retrieve().toBodilessEntity().then();
    }

    private static List<ChunkKey> longest(List<ChunkKey> chain) {
        return chain.subList(0, Math.min(chain.size(), MAX_CHAIN));
    }

    record Match(int matched) {}
}
