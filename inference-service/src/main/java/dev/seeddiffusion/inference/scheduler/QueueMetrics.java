package dev.seeddiffusion.inference.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * Measures the queue: {@code inference.queue.depth}, how many wait; {@code inference.queue.wait},
 * how long those who were let in had waited; {@code inference.queue.rejects} by {@code reason}, the
 * names of {@link Reject} in lower case.
 */
final class QueueMetrics {

    /** Why a request is not let in. */
    enum Reject {
        /** No place in the queue was free. */
        QUEUE_FULL,
        /** It waited for as long as this replica lets anybody wait. */
        QUEUE_DEADLINE,
        /** Its own deadline passed. */
        REQUEST_DEADLINE
    }

    private final MeterRegistry meters;
    private final Timer wait;

    QueueMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.wait =
                Timer.builder("inference.queue.wait")
                        .description("From a request's arrival until it is let in")
                        .register(meters);
    }

    void depth(IntSupplier waiting) {
        Gauge.builder("inference.queue.depth", waiting::getAsInt)
                .description("Requests that wait to be let in")
                .register(meters);
    }

    void waited(Duration time) {
        wait.record(time);
    }

    void rejected(Reject reason) {
        Counter.builder("inference.queue.rejects")
                .description("Requests that were not let in")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(meters)
                .increment();
    }
}
