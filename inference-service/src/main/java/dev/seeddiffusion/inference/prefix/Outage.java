package dev.seeddiffusion.inference.prefix;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the first failure of an outage, which speaks for all, and its end. */
final class Outage {

    private static final Logger log = LoggerFactory.getLogger(Outage.class);

    private final AtomicBoolean lasts = new AtomicBoolean();

    void note(Throwable error) {
        if (lasts.compareAndSet(false, true)) {
            log.warn("The store of prefixes failed, going on without it: {}", error.toString());
        }
    }

    void end() {
        if (lasts.compareAndSet(true, false)) {
            log.info("The store of prefixes works again.");
        }
    }
}
