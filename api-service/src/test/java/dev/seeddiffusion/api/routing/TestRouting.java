package dev.seeddiffusion.api.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.GenerationRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.client.WebClient;

/** The routing as the application wires it, and the fakes behind it. */
final class TestRouting implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final GenerationRequest REQUEST = request("def f():");

    final MeterRegistry meters = new SimpleMeterRegistry();
    private final List<FakeReplica> replicas = new ArrayList<>();
    private final List<Replicas> routed = new ArrayList<>();

    static GenerationRequest request(String prompt) {
        return new GenerationRequest(
                "r1",
                "tenant",
                prompt,
                null,
                null,
                null,
                16,
                0,
                1,
                7,
                List.of(),
                Decoding.DIFFUSION,
                null,
                null,
                true,
                null,
                null,
                null);
    }

    FakeReplica replica() {
        return add(new FakeReplica());
    }

    FakeReplica add(FakeReplica replica) {
        replicas.add(replica);
        return replica;
    }

    /** Started, and past its first look at the replicas. */
    ReplicaBackend backend(Settings settings, FakeReplica... behind) {
        List<URI> uris = Stream.of(behind).map(FakeReplica::uri).toList();
        return backend(settings, uris, InetAddress::getAllByName);
    }

    ReplicaBackend backend(
            Settings settings, List<URI> addresses, ReplicaAddress.Resolver resolver) {
        RoutingProperties properties = new RoutingProperties(addresses, settings.build());
        Replicas all =
                RoutingAutoConfiguration.replicas(
                        properties,
                        resolver,
                        RoutingAutoConfiguration.http(properties.routing()),
                        meters);
        all.afterPropertiesSet();
        routed.add(all);
        eventually(
                () ->
                        meters.find("api.replica.up").gauges().stream()
                                .allMatch(up -> up.value() == 1));
        return new ReplicaBackend(all, properties.routing(), meters);
    }

    /** A request whose prompt the first of these replicas is asked for before the others. */
    static GenerationRequest requestFor(FakeReplica... replicas) {
        List<Replica> all =
                Stream.of(replicas).map(FakeReplica::uri).map(TestRouting::unasked).toList();
        return IntStream.range(0, 1000)
                .mapToObj(i -> request("def f%d():".formatted(i)))
                .filter(it -> Affinity.order(it, all).equals(all))
                .findFirst()
                .orElseThrow();
    }

    /** A replica that nobody has asked anything yet. */
    static Replica unasked(URI uri) {
        return new Replica(uri, WebClient.create(), settings().build(), new SimpleMeterRegistry());
    }

    @Override
    public void close() {
        routed.forEach(Replicas::destroy);
        replicas.forEach(FakeReplica::close);
    }

    static void eventually(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("still not so").isBefore(deadline);
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static Settings settings() {
        return new Settings();
    }

    /** Short waits, but none so short that a busy machine exceeds it by itself. */
    static final class Settings {
        private Duration eventDeadline = PATIENCE;
        private Duration resumeDeadline = PATIENCE;
        private Duration breakerOpenFor = Duration.ofMillis(200);
        private Duration refreshDeadline = Duration.ofSeconds(2);
        private int maxRequestsPerReplica = 100;
        private int maxResumes = 5;

        Settings eventDeadline(Duration deadline) {
            eventDeadline = deadline;
            return this;
        }

        Settings resumes(int most, Duration deadline) {
            maxResumes = most;
            resumeDeadline = deadline;
            return this;
        }

        Settings breakerOpenFor(Duration time) {
            breakerOpenFor = time;
            return this;
        }

        Settings refreshDeadline(Duration deadline) {
            refreshDeadline = deadline;
            return this;
        }

        Settings maxRequestsPerReplica(int requests) {
            maxRequestsPerReplica = requests;
            return this;
        }

        RoutingProperties.Routing build() {
            return new RoutingProperties.Routing(
                    Duration.ofSeconds(2),
                    eventDeadline,
                    maxResumes,
                    resumeDeadline,
                    Duration.ofMillis(100),
                    refreshDeadline,
                    maxRequestsPerReplica,
                    5,
                    breakerOpenFor);
        }
    }
}
