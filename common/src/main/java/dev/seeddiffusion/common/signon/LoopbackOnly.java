package dev.seeddiffusion.common.signon;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Keeps a service without sign-on to its own machine: it does not start unless it is bound to
 * loopback, and it answers no request for another host's name, which is how a web page whose name
 * was pointed at 127.0.0.1 would reach it through this machine's browser.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class LoopbackOnly implements WebFilter {

    private static final Set<String> LOOPBACK_NAMES =
            Set.of("localhost", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]");

    private final boolean signOn;

    /**
     * @throws SignOnMissingException if whoever reaches the network could use the service
     */
    LoopbackOnly(SignOnProperties signOn, ServerProperties server) {
        this.signOn = signOn.required();
        InetAddress address = server.getAddress();
        if (!this.signOn && (address == null || !address.isLoopbackAddress())) {
            throw new SignOnMissingException(address);
        }
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String host = exchange.getRequest().getURI().getHost();
        return signOn || host == null || LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT))
                ? chain.filter(exchange)
                : Mono.error(
                        new ResponseStatusException(
                                HttpStatus.FORBIDDEN,
                                "Without sign-on only http://127.0.0.1 is answered, not another"
                                        + " name: set sign-on.issuers to open this service."));
    }
}
