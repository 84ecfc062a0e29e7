package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import io.netty.channel.Channel;
import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** A fake of an inference-service that really speaks HTTP: it sends what the test gave it. */
final class FakeReplica implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger cancellations = new AtomicInteger();
    private final Queue<Channel> connections = new ConcurrentLinkedQueue<>();
    private final int port;
    private DisposableServer server;
    private volatile Function<HttpServerResponse, Publisher<Void>> generations;

    FakeReplica() {
        answersWith(Flux.fromIterable(FakeGenerationBackend.twoBlocks()));
        server = start(0);
        port = server.port();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Generations that were asked for. */
    int requests() {
        return requests.get();
    }

    /** Generations whose connection the client closed. */
    int cancellations() {
        return cancellations.get();
    }

    void answersWith(Flux<GenerationEvent> events) {
        answersWithLines(events.map(FakeReplica::line));
    }

    void answersWithLines(Flux<String> lines) {
        generations =
                response ->
                        response.header("Content-Type", "application/x-ndjson")
                                .sendString(lines.doOnCancel(cancellations::incrementAndGet));
    }

    void answersWithStatus(int status) {
        generations = response -> response.status(status).send();
    }

    /** Sends these and then closes the connection without an end. */
    void breaksOffAfter(Flux<GenerationEvent> events) {
        answersWith(events.concatWith(Mono.error(new IllegalStateException("breaks off"))));
    }

    /** As if killed: open connections break as well. */
    void stop() {
        server.disposeNow(Duration.ofMillis(100));
        connections.forEach(channel -> channel.close().syncUninterruptibly());
        connections.clear();
    }

    void startAgain() {
        server = start(port);
    }

    @Override
    public void close() {
        stop();
    }

    private DisposableServer start(int onPort) {
        return HttpServer.create()
                .host("127.0.0.1")
                .port(onPort)
                .doOnConnection(connection -> connections.add(connection.channel()))
                .route(
                        routes ->
                                routes.get("/model", this::model)
                                        .post("/generations", this::generate))
                .bindNow();
    }

    private Publisher<Void> model(HttpServerRequest request, HttpServerResponse response) {
        return response.header("Content-Type", "application/json")
                .sendString(Mono.just(JSON.writeValueAsString(FakeGenerationBackend.MODEL)));
    }

    private Publisher<Void> generate(HttpServerRequest request, HttpServerResponse response) {
        requests.incrementAndGet();
        return request.receive()
                .aggregate()
                .then(Mono.defer(() -> Mono.from(generations.apply(response))));
    }

    private static String line(GenerationEvent event) {
        return JSON.writerFor(GenerationEvent.class).writeValueAsString(event) + "\n";
    }
}
