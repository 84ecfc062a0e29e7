package dev.seeddiffusion.inference.scheduler;

import dev.seeddiffusion.inference.scheduler.QueueMetrics.Reject;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Lets so many in at a time and so many more wait. Tenants take turns; of one tenant the first that
 * came is the first to be let in. Thread-safe; nothing here blocks.
 */
public final class Admission {

    /** Stays whose mean tells how long the next ones take. */
    private static final int RECENT_STAYS = 16;

    private final int concurrency;
    private final int queueLimit;
    private final Duration queueDeadline;
    private final Scheduler clock;
    private final QueueMetrics metrics;
    private final TenantQueue<Place> waiting = new TenantQueue<>();
    private int admitted;
    private double meanStayMillis;
    private int staysInMean;

    /**
     * @param concurrency places
     * @param queueLimit how many may wait for one
     * @param queueDeadline longest wait
     * @param clock tells the time, and ends waits
     */
    public Admission(
            int concurrency,
            int queueLimit,
            Duration queueDeadline,
            Scheduler clock,
            MeterRegistry meters) {
        this.concurrency = concurrency;
        this.queueLimit = queueLimit;
        this.queueDeadline = queueDeadline;
        this.clock = clock;
        this.metrics = new QueueMetrics(meters);
        metrics.depth(this::waiting);
    }

    /**
     * Takes a place, or one in the queue; it must be left in the end.
     *
     * @param deadline time from now on after which the request is late; null for never
     * @throws OverloadedException if there is neither
     */
    public synchronized Place enter(String tenant, @Nullable Duration deadline) {
        Place place = new Place(tenant, deadline);
        if (admitted < concurrency) {
            place.admit();
            place.turn.tryEmitEmpty();
        } else if (waiting.size() < queueLimit) {
            waiting.add(tenant, place);
        } else {
            metrics.rejected(Reject.QUEUE_FULL);
            throw new OverloadedException(
                    admitted, waiting.size(), queueLimit, secondsToTheEndOfTheQueue());
        }
        return place;
    }

    /** How many wait. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /** As recent stays let expect; after the queue deadline all who wait now are gone anyway. */
    private int secondsToTheEndOfTheQueue() {
        double expected = meanStayMillis * (waiting.size() + 1) / concurrency;
        double millis = Math.min(expected, queueDeadline.toMillis());
        return Math.max(1, (int) Math.ceil(millis / 1000));
    }

    private void measureStay(long millis) {
        staysInMean = Math.min(staysInMean + 1, RECENT_STAYS);
        meanStayMillis += (millis - meanStayMillis) / staysInMean;
    }

    private long now() {
        return clock.now(TimeUnit.MILLISECONDS);
    }

    /** What one request holds: a place in the queue, later one among those let in. */
    public final class Place {

        private final String tenant;
        private final @Nullable Duration deadline;
        private final Duration longestWait;
        private final long arrivedAt = now();
        private final Sinks.Empty<Void> turn = Sinks.empty();
        private long admittedAt;
        private boolean isAdmitted;
        private boolean isLeft;

        private Place(String tenant, @Nullable Duration deadline) {
            this.tenant = tenant;
            this.deadline = deadline;
            this.longestWait =
                    deadline != null && deadline.compareTo(queueDeadline) < 0
                            ? deadline
                            : queueDeadline;
        }

        /**
         * Completes when it is this one's turn, on the thread of whoever made way for it.
         *
         * @return or {@link QueueDeadlineException} or {@link DeadlineExceededException}, whichever
         *     deadline is the first to pass
         */
        public Mono<Void> turn() {
            return Mono.defer(
                    () ->
                            turn.asMono()
                                    .timeout(
                                            longestWait.minus(age()),
                                            Mono.error(this::tooLate),
                                            clock));
        }

        /** Whether the request's own deadline has passed. */
        public boolean isLate() {
            return deadline != null && age().compareTo(deadline) >= 0;
        }

        /** Makes way for the next one, if this one was let in; may be called repeatedly. */
        public void leave() {
            Place next = leaveAndAdmitNext();
            if (next != null) {
                next.turn.tryEmitEmpty(); // without the lock: subscribers go on from here
            }
        }

        private @Nullable Place leaveAndAdmitNext() {
            synchronized (Admission.this) {
                if (isLeft) {
                    return null;
                }
                isLeft = true;
                if (!isAdmitted) {
                    waiting.remove(tenant, this);
                    return null;
                }
                admitted--;
                measureStay(now() - admittedAt);
                Place next = waiting.poll();
                if (next != null) {
                    next.admit();
                }
                return next;
            }
        }

        private void admit() {
            isAdmitted = true;
            admittedAt = now();
            admitted++;
            metrics.waited(age());
        }

        private Duration age() {
            return Duration.ofMillis(Math.max(0, now() - arrivedAt)); // clocks may be set back
        }

        private RuntimeException tooLate() {
            if (longestWait.equals(deadline)) {
                metrics.rejected(Reject.REQUEST_DEADLINE);
                return new DeadlineExceededException();
            }
            metrics.rejected(Reject.QUEUE_DEADLINE);
            return new QueueDeadlineException(
                    "No place became free within %d s: try again later."
                            .formatted(queueDeadline.toSeconds()));
        }
    }
}
