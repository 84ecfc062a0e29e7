package dev.seeddiffusion.standalone;

import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationListener;

/** Says, once it is true, where to go, and who else could. */
final class ReadyMessage implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(ReadyMessage.class);

    private final ServerProperties server;

    ReadyMessage(ServerProperties server) {
        this.server = server;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        WebServerApplicationContext context =
                (WebServerApplicationContext) event.getApplicationContext();
        int port = context.getWebServer().getPort();
        InetAddress address = server.getAddress();
        if (address != null && address.isLoopbackAddress()) {
            log.info(
                    "Ready at http://{}:{} for this machine only: there is no login.",
                    address.getHostAddress(),
                    port);
        } else {
            log.info("Ready at port {} for whoever signs on.", port);
        }
    }
}
