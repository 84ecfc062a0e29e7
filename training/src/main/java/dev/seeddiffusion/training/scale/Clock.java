package dev.seeddiffusion.training.scale;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Simulated time: what is due next happens next; of two at once, the one that was planned first.
 */
final class Clock {

    private record Event(double at, long number, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingDouble(Event::at).thenComparingLong(Event::number));
    private double now;
    private long planned;

    /** Seconds since the beginning. */
    double now() {
        return now;
    }

    void after(double seconds, Runnable action) {
        events.add(new Event(now + seconds, planned++, action));
    }

    /** Until nothing is planned any more. */
    void run() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            now = event.at();
            event.action().run();
        }
    }
}
