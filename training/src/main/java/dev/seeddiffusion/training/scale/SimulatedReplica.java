package dev.seeddiffusion.training.scale;

import dev.seeddiffusion.training.scale.Request.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * One replica, as docs/architecture.md has it: a queue, rounds that step all running requests by
 * one forward, a memory of prefixes, and the choice to fetch or to compute one.
 */
final class SimulatedReplica {

    /** Defaults of inference.concurrency and inference.prefix-cache.max-memory. */
    private static final int CONCURRENCY = 8;

    private static final long MEMORY_BYTES = 256 << 20;

    /** Tokens of a prompt that one round reads. */
    private static final int PIECE = 64;

    private final Clock clock;
    private final ServedModel model;
    private final RedisLink redis;
    private final Consumer<Request> done;
    private final Queue<Request> waiting = new ArrayDeque<>();
    private final List<Request> running = new ArrayList<>();
    private final LinkedHashSet<Integer> memory = new LinkedHashSet<>();
    private int admitted;
    private boolean inRound;
    private double busySeconds;

    /**
     * @param done gets each request at its end
     */
    SimulatedReplica(Clock clock, ServedModel model, RedisLink redis, Consumer<Request> done) {
        this.clock = clock;
        this.model = model;
        this.redis = redis;
        this.done = done;
    }

    int inFlight() {
        return admitted + waiting.size();
    }

    double busySeconds() {
        return busySeconds;
    }

    void enter(Request request) {
        if (admitted < CONCURRENCY) {
            admit(request);
        } else {
            waiting.add(request);
        }
    }

    private void admit(Request request) {
        admitted++;
        int own = model.promptTokens() - model.sharedTokens();
        long bytes = model.sharedBytes();
        if (memory.remove(request.prefix)) {
            request.mustRead(own);
            join(request);
        } else if (redis.secondsFor(bytes) < readSeconds()) {
            request.source = Source.REDIS;
            request.mustRead(own);
            double wait = redis.secondsFor(bytes);
            redis.transfer(bytes);
            clock.after(wait, () -> join(request));
        } else {
            request.source = Source.COMPUTED;
            request.mustRead(model.promptTokens());
            join(request);
        }
        remember(request.prefix);
    }

    /** How long the shared beginning takes to compute, alone. */
    private double readSeconds() {
        double pieces = (double) model.sharedTokens() / PIECE;
        return pieces * model.forwards().millis(PIECE) / 1000;
    }

    private void remember(int prefix) {
        memory.add(prefix);
        long most = MEMORY_BYTES / Math.max(1, model.sharedBytes());
        if (memory.size() > most) {
            memory.removeFirst();
        }
    }

    private void join(Request request) {
        running.add(request);
        if (!inRound) {
            round();
        }
    }

    private void round() {
        List<Request> together = List.copyOf(running);
        int rows = together.stream().mapToInt(it -> it.rows(model.rows(), PIECE)).sum();
        double seconds = model.forwards().millis(rows) / 1000;
        inRound = true;
        busySeconds += seconds;
        clock.after(seconds, () -> endRound(together));
    }

    private void endRound(List<Request> together) {
        for (Request request : together) {
            request.step(model.tokensPerForward(), PIECE, clock.now());
            if (request.isDone()) {
                running.remove(request);
                leave(request);
            }
        }
        inRound = false;
        if (!running.isEmpty()) {
            round();
        }
    }

    private void leave(Request request) {
        done.accept(request);
        admitted--;
        Request next = waiting.poll();
        if (next != null) {
            admit(next);
        }
    }
}
