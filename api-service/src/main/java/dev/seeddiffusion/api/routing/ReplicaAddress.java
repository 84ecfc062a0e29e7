package dev.seeddiffusion.api.routing;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where replicas are: one at each address of a host's name. For one thread at a time.
 *
 * <p>Over https a name stays one replica, since its certificate is for the name.
 */
final class ReplicaAddress {

    private static final Logger log = LoggerFactory.getLogger(ReplicaAddress.class);

    /** Says what a host's addresses are now. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final URI configured;
    private final Resolver resolver;

    /** What the name server said last, for the time in which it says nothing. */
    private List<URI> last = List.of();

    private boolean isUnknown;

    ReplicaAddress(URI configured, Resolver resolver) {
        this.configured = configured;
        this.resolver = resolver;
    }

    /** The replicas there are now; may wait for a name server. */
    List<URI> look() {
        if (!"http".equals(configured.getScheme())) {
            return List.of(configured);
        }
        try {
            last =
                    Stream.of(reachable(resolver.resolve(configured.getHost())))
                            .map(this::at)
                            .toList();
            isUnknown = false;
        } catch (UnknownHostException e) {
            if (!isUnknown) {
                log.warn("{} has no address at the moment.", configured.getHost());
            }
            isUnknown = true;
        }
        return last;
    }

    /** A host with addresses of both kinds has the same replica at each. */
    private static InetAddress[] reachable(InetAddress[] all) {
        InetAddress[] version4 =
                Stream.of(all).filter(Inet4Address.class::isInstance).toArray(InetAddress[]::new);
        return version4.length > 0 ? version4 : all;
    }

    private URI at(InetAddress address) {
        String host = address.getHostAddress();
        String literal = address instanceof Inet6Address ? "[" + host + "]" : host;
        String port = configured.getPort() < 0 ? "" : ":" + configured.getPort();
        return URI.create("http://" + literal + port + configured.getRawPath());
    }
}
