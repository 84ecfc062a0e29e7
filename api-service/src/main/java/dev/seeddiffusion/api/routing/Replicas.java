package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The replicas there are: those behind the addresses now, each asked again and again whether it is
 * up. Thread-safe.
 */
final class Replicas implements InitializingBean, DisposableBean {

    private final List<ReplicaAddress> addresses;
    private final Function<URI, Replica> connect;
    private final Duration refreshInterval;
    private volatile Map<URI, Replica> known = Map.of();
    private Disposable refreshing = Disposables.disposed();

    /**
     * @param connect makes the replica at an address
     */
    Replicas(
            List<ReplicaAddress> addresses,
            Function<URI, Replica> connect,
            Duration refreshInterval) {
        this.addresses = List.copyOf(addresses);
        this.connect = connect;
        this.refreshInterval = refreshInterval;
    }

    @Override
    public void afterPropertiesSet() {
        look();
        refreshing =
                Flux.interval(Duration.ZERO, refreshInterval)
                        .onBackpressureDrop()
                        .concatMap(_ -> refresh(), 1)
                        .subscribe();
    }

    @Override
    public void destroy() {
        refreshing.dispose();
        known.values().forEach(Replica::forget);
    }

    private Mono<Void> refresh() {
        return Mono.fromRunnable(this::look)
                .subscribeOn(Schedulers.boundedElastic()) // a name server may take its time
                .thenMany(Flux.defer(() -> Flux.fromIterable(known.values())))
                .flatMap(Replica::refresh)
                .then();
    }

    /** A generation on a replica whose address is gone may still come to its end. */
    private void look() {
        Map<URI, Replica> found = new LinkedHashMap<>();
        for (ReplicaAddress address : addresses) {
            for (URI uri : address.look()) {
                Replica present = known.get(uri);
                found.computeIfAbsent(uri, it -> present == null ? connect.apply(it) : present);
            }
        }
        Stream<Replica> gone = known.values().stream().filter(it -> !found.containsKey(it.uri()));
        gone.forEach(Replica::forget);
        known = found;
    }

    /** All of them, whom to ask first before whom to ask next. */
    List<Replica> preferred(GenerationRequest request) {
        return Affinity.order(request, known.values());
    }

    /** The first one that is up. */
    Optional<Replica> first() {
        return known.values().stream().filter(replica -> replica.model() != null).findFirst();
    }

    Failed noneAnswers() {
        return new Failed(
                ErrorCode.UNAVAILABLE,
                "None of the %d replicas answers: try again in some seconds."
                        .formatted(known.size()),
                true);
    }
}
