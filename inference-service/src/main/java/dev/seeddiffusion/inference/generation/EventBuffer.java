package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.GenerationEvent;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Events on their way from the device thread to one client, never more than a limit. One thread
 * writes, {@link #isCancelled} may be asked by any.
 */
final class EventBuffer {

    /** Taken from the buffer at a time; these wait in addition to the limit. */
    private static final int PREFETCH = 16;

    private final int limit;
    private final Queue<GenerationEvent> waiting;
    private final Sinks.Many<GenerationEvent> sink;
    private volatile boolean cancelled;

    EventBuffer(int limit) {
        this.limit = limit;
        this.waiting = new ArrayBlockingQueue<>(limit);
        this.sink = Sinks.many().unicast().onBackpressureBuffer(waiting);
    }

    /** The events, for one subscriber, away from the thread that writes them. */
    Flux<GenerationEvent> events() {
        return sink.asFlux()
                .doOnCancel(() -> cancelled = true)
                .publishOn(Schedulers.parallel(), PREFETCH);
    }

    boolean isCancelled() {
        return cancelled;
    }

    /**
     * @throws SlowClientException if the buffer is full
     */
    void write(GenerationEvent event) {
        if (event instanceof GenerationEvent.Drafted && waiting.size() > limit / 2) {
            return; // the next draft tells more; what is left of the buffer is for text
        }
        if (sink.tryEmitNext(event) == Sinks.EmitResult.FAIL_OVERFLOW) {
            throw new SlowClientException(limit);
        }
    }

    void complete() {
        sink.tryEmitComplete();
    }

    /** Events that wait are still read, then comes the error. */
    void fail(Throwable error) {
        sink.tryEmitError(error);
    }
}
