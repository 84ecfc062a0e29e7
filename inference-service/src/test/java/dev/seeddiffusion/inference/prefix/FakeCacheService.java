package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkFrames;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore.Stored;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A fake of the cache-service that really speaks HTTP, over a store in memory. */
public final class FakeCacheService implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final KvChunkStore store = new InMemoryKvChunkStore();
    private final AtomicInteger chunksRead = new AtomicInteger();
    private final AtomicInteger chunksKept = new AtomicInteger();
    private final DisposableServer server;
    private volatile int status;

    public FakeCacheService() {
        server =
                HttpServer.create()
                        .host("127.0.0.1")
                        .port(0)
                        .protocol(HttpProtocol.H2C, HttpProtocol.HTTP11)
                        .route(
                                routes ->
                                        routes.post("/chunks/match", this::match)
                                                .post("/chunks/fetch", this::fetch)
                                                .put("/chunks/{key}", this::put)
                                                .delete("/chunks/{key}", this::remove))
                        .bindNow();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    public int chunksRead() {
        return chunksRead.get();
    }

    public int chunksKept() {
        return chunksKept.get();
    }

    /** Answers everything with this status from now on. */
    void answersWith(int failure) {
        status = failure;
    }

    private Mono<Void> match(HttpServerRequest request, HttpServerResponse response) {
        return keys(request)
                .flatMap(store::match)
                .flatMap(
                        matched ->
                                response.status(statusOr(200))
                                        .header("Content-Type", "application/json")
                                        .sendString(Mono.just("{\"matched\":" + matched + "}"))
                                        .then());
    }

    private Mono<Void> fetch(HttpServerRequest request, HttpServerResponse response) {
        return keys(request)
                .flatMap(
                        keys ->
                                response.status(statusOr(200))
                                        .header("Content-Type", "application/octet-stream")
                                        .send(store.fetch(keys).concatMapIterable(this::framed))
                                        .then());
    }

    private List<ByteBuf> framed(byte[] chunk) {
        chunksRead.incrementAndGet();
        return ChunkFrames.write(chunk).stream().map(Unpooled::wrappedBuffer).toList();
    }

    private Mono<Void> put(HttpServerRequest request, HttpServerResponse response) {
        String query = URI.create(request.uri()).getQuery();
        ChunkKey parent = query == null ? null : new ChunkKey(query.substring("parent=".length()));
        return request.receive()
                .aggregate()
                .asByteArray()
                .flatMap(bytes -> store.put(parent, key(request), bytes))
                .flatMap(
                        stored -> {
                            chunksKept.addAndGet(stored == Stored.KEPT ? 1 : 0);
                            return response.status(
                                            statusOr(
                                                    switch (stored) {
                                                        case KEPT -> 201;
                                                        case PRESENT -> 200;
                                                        case REFUSED -> 409;
                                                    }))
                                    .send();
                        });
    }

    private Mono<Void> remove(HttpServerRequest request, HttpServerResponse response) {
        return store.remove(key(request)).then(response.status(statusOr(204)).send());
    }

    private int statusOr(int success) {
        return status != 0 ? status : success;
    }

    private static Mono<List<ChunkKey>> keys(HttpServerRequest request) {
        return request.receive()
                .aggregate()
                .asString()
                .map(body -> JSON.readValue(body, new TypeReference<List<ChunkKey>>() {}));
    }

    private static ChunkKey key(HttpServerRequest request) {
        return new ChunkKey(String.valueOf(request.param("key")));
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
