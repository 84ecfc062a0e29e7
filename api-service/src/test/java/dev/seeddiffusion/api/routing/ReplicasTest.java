package dev.seeddiffusion.api.routing;

import static dev.seeddiffusion.api.routing.TestRouting.PATIENCE;
import static dev.seeddiffusion.api.routing.TestRouting.REQUEST;
import static dev.seeddiffusion.api.routing.TestRouting.eventually;
import static dev.seeddiffusion.api.routing.TestRouting.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replicas behind one name, as of a headless service in Kubernetes. */
class ReplicasTest {

    private final TestRouting routing = new TestRouting();
    private final FakeReplica one = routing.replica();
    private final FakeReplica other =
            routing.add(new FakeReplica("127.0.0.2", one.uri().getPort()));
    private final URI name = URI.create("http://replicas.test:" + one.uri().getPort());
    private volatile List<String> answer = List.of("127.0.0.1", "127.0.0.2", "::1");

    @AfterEach
    void stop() {
        routing.close();
    }

    @Test
    void there_is_a_replica_at_each_address_of_a_name() {
        routing.backend(settings(), List.of(name), this::resolve);

        assertThat(up()).containsExactlyInAnyOrder(one.uri(), other.uri());
    }

    @Test
    void replicas_come_and_go_with_their_addresses() {
        answer = List.of("127.0.0.2");
        ReplicaBackend backend = routing.backend(settings(), List.of(name), this::resolve);
        assertThat(backend.generate(REQUEST).blockLast(PATIENCE)).isInstanceOf(Finished.class);
        assertThat(other.requests()).isOne();

        answer = List.of("127.0.0.1");

        eventually(() -> up().equals(List.of(one.uri())));
        assertThat(backend.generate(REQUEST).blockLast(PATIENCE)).isInstanceOf(Finished.class);
        assertThat(one.requests()).isOne();
    }

    @Test
    void a_name_server_that_is_silent_takes_no_replica_away() {
        ReplicaBackend backend = routing.backend(settings(), List.of(name), this::resolve);

        answer = List.of();
        one.stop();
        eventually(() -> up().equals(List.of(other.uri()))); // so it was looked for again

        assertThat(backend.generate(REQUEST).blockLast(PATIENCE)).isInstanceOf(Finished.class);
    }

    @Test
    void over_https_a_name_is_one_replica() {
        URI secure = URI.create("https://replicas.test");

        assertThat(new ReplicaAddress(secure, this::resolve).look()).containsExactly(secure);
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        assertThat(host).isEqualTo("replicas.test");
        if (answer.isEmpty()) {
            throw new UnknownHostException(host);
        }
        InetAddress[] addresses = new InetAddress[answer.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = InetAddress.ofLiteral(answer.get(i));
        }
        return addresses;
    }

    private List<URI> up() {
        return routing.meters.find("api.replica.up").gauges().stream()
                .filter(gauge -> gauge.value() == 1)
                .map(gauge -> URI.create(String.valueOf(gauge.getId().getTag("replica"))))
                .toList();
    }
}
