package dev.seeddiffusion.inference.scheduler;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets so many in at a time and so many more wait, first come, first served. Thread-safe; nothing
 * here blocks.
 */
public final class Admission {

    private final int concurrency;
    private final int queueLimit;
    private final Duration queueDeadline;
    private final Deque<Place> waiting = new ArrayDeque<>();
    private int admitted;

    /**
     * @param concurrency places
     * @param queueLimit how many may wait for one
     * @param queueDeadline longest wait
     */
    public Admission(int concurrency, int queueLimit, Duration queueDeadline) {
        this.concurrency = concurrency;
        this.queueLimit = queueLimit;
        this.queueDeadline = queueDeadline;
    }

    /**
     * Takes a place, or one in the queue; it must be left in the end.
     *
     * @throws OverloadedException if there is neither
     */
    public synchronized Place enter() {
        Place place = new Place();
        if (admitted < concurrency) {
            place.admit();
        } else if (waiting.size() < queueLimit) {
            waiting.add(place);
        } else {
            throw new OverloadedException(
                    "This replica is full (%d running, %d waiting, limit %d): retry after 2 s."
                            .formatted(admitted, waiting.size(), queueLimit));
        }
        return place;
    }

    /** How many wait. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /** What one request holds: a place in the queue, later one among those let in. */
    public final class Place {

        private final Sinks.Empty<Void> turn = Sinks.empty();
        private boolean isAdmitted;
        private boolean isLeft;

        /**
         * Completes when it is this one's turn, on the thread of whoever made way for it.
         *
         * @return or {@link QueueDeadlineException} after the deadline
         */
        public Mono<Void> turn() {
            return turn.asMono().timeout(queueDeadline, Mono.error(this::tooLate));
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
                    waiting.remove(this);
                    return null;
                }
                admitted--;
                Place next = waiting.poll();
                if (next != null) {
                    next.isAdmitted = true;
                    admitted++;
                }
                return next;
            }
        }

        private void admit() {
            isAdmitted = true;
            admitted++;
            turn.tryEmitEmpty();
        }

        private QueueDeadlineException tooLate() {
            return new QueueDeadlineException(
                    "No place became free within %d s: try again later."
                            .formatted(queueDeadline.toSeconds()));
        }
    }
}
