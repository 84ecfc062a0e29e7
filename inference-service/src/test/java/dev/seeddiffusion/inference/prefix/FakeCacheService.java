package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore;
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

    private final KvChunkStore store = new InMemoryKvChunkStore(64 << 20);
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
                                        routes.get("/chunks/{key}", this::get)
                                                .put("/chunks/{key}", this::put)
                                                .post("/chunks/match", this::match))
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

    private Mono<Void> get(HttpServerRequest request, HttpServerResponse response) {
        if (status != 0) {
            return response.status(status).send();
        }
        return store.get(key(request))
                .flatMap(
                        bytes -> {
                            chunksRead.incrementAndGet();
                            return response.sendByteArray(Mono.just(bytes)).then().thenReturn(true);
                        })
                .switchIfEmpty(Mono.defer(() -> response.status(404).send().thenReturn(true)))
                .then();
    }

    private Mono<Void> put(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asByteArray()
                .flatMap(bytes -> store.put(key(request), bytes))
                .flatMap(
                        kept -> {
                            chunksKept.addAndGet(kept ? 1 : 0);
                            return response.status(status != 0 ? status : kept ? 201 : 200).send();
                        });
    }

    private Mono<Void> match(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString()
                .flatMap(
                        body ->
                                store.match(
                                        JSON.readValue(
                                                body, new TypeReference<List<ChunkKey>>() {})))
                .flatMap(
                        matched ->
                                response.status(status != 0 ? status : 200)
                                        .header("Content-Type", "application/json")
                                        .sendString(Mono.just("{\"matched\":" + matched + "}"))
                                        .then());
    }

    private static ChunkKey key(HttpServerRequest request) {
        return new ChunkKey(String.valueOf(request.param("key")));
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
