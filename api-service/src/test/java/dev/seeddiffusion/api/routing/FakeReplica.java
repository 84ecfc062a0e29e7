package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.api.FakeGenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import io.netty.channel.Channel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
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

    private final List<GenerationRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger cancellations = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Queue<Channel> connections = new ConcurrentLinkedQueue<>();
    private final String host;
    private final int port;
    private DisposableServer server;
    private volatile ModelDescription model = FakeGenerationBackend.MODEL;
    private volatile BiFunction<GenerationRequest, HttpServerResponse, Publisher<Void>> generations;

    FakeReplica() {
        this("127.0.0.1", 0);
    }

    /**
     * @param onPort 0 for any
     */
    FakeReplica(String host, int onPort) {
        this.host = host;
        answersWith(Flux.fromIterable(FakeGenerationBackend.twoBlocks()));
        server = start(onPort);
        port = server.port();
    }

    URI uri() {
        return URI.create("http://" + host + ":" + port);
    }

    void serves(ModelDescription other) {
        model = other;
    }

    /** Generations that were asked for. */
    int requests() {
        return requests.size();
    }

    /** The last generation that was asked for. */
    GenerationRequest lastRequest() {
        return requests.getLast();
    }

    /** Generations whose connection the client closed. */
    int cancellations() {
        return cancellations.get();
    }

    /** Leaves so many questions for its model without an answer. */
    void doesNotAnswer(int times) {
        unanswered.set(times);
    }

    boolean answersAgain() {
        return unanswered.get() == 0;
    }

    void answersWith(Flux<GenerationEvent> events) {
        answersWithLines(events.map(FakeReplica::line));
    }

    /** Goes on where the request says, as a replica does. */
    void continues(List<GenerationEvent> whole) {
        generations = (request, response) -> send(response, lines(rest(whole, request)));
    }

    /** The same, but breaks off after so many events. */
    void continues(List<GenerationEvent> whole, int events) {
        generations =
                (request, response) -> {
                    List<GenerationEvent> rest = rest(whole, request);
                    return send(
                            response,
                            events < rest.size()
                                    ? lines(rest.subList(0, events)).concatWith(brokenOff())
                                    : lines(rest));
                };
    }

    private static Mono<String> brokenOff() {
        return Mono.error(new IllegalStateException("breaks off"));
    }

    private static Flux<String> lines(List<GenerationEvent> events) {
        return Flux.fromIterable(events).map(FakeReplica::line);
    }

    private static List<GenerationEvent> rest(
            List<GenerationEvent> whole, GenerationRequest request) {
        int had = request.resume() == null ? 0 : request.resume().tokens().size();
        List<GenerationEvent> rest = new ArrayList<>(whole.subList(0, 1));
        int tokens = 0;
        for (GenerationEvent event : whole.subList(1, whole.size())) {
            if (tokens >= had) {
                rest.add(event);
            }
            tokens += event instanceof Committed it ? it.tokens().size() : 0;
        }
        return rest;
    }

    void answersWithLines(Flux<String> lines) {
        generations = (_, response) -> send(response, lines);
    }

    private Publisher<Void> send(HttpServerResponse response, Flux<String> lines) {
        return response.header("Content-Type", "application/x-ndjson")
                .sendString(lines.doOnCancel(cancellations::incrementAndGet));
    }

    void answersWithStatus(int status) {
        generations = (_, response) -> response.status(status).send();
    }

    /** Sends these and then closes the connection without an end. */
    void breaksOffAfter(Flux<GenerationEvent> events) {
        answersWithLines(events.map(FakeReplica::line).concatWith(brokenOff()));
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
                .host(host)
                .port(onPort)
                .doOnConnection(connection -> connections.add(connection.channel()))
                .route(
                        routes ->
                                routes.get("/model", this::model)
                                        .post("/generations", this::generate))
                .bindNow();
    }

    private Publisher<Void> model(HttpServerRequest request, HttpServerResponse response) {
        if (unanswered.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return Mono.never();
        }
        return response.header("Content-Type", "application/json")
                .sendString(Mono.just(JSON.writeValueAsString(model)));
    }

    private Publisher<Void> generate(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString()
                .flatMap(
                        body -> {
                            GenerationRequest asked = JSON.readValue(body, GenerationRequest.class);
                            requests.add(asked);
                            return Mono.from(generations.apply(asked, response));
                        });
    }

    private static String line(GenerationEvent event) {
        return JSON.writerFor(GenerationEvent.class).writeValueAsString(event) + "\n";
    }
}
