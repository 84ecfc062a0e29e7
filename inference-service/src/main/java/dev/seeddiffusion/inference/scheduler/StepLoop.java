package dev.seeddiffusion.inference.scheduler;

import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Generation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Steps all generations of one device together: a round is one forward of the model that looks at
 * all of them. They join and leave between two rounds, so nobody waits for another's block, nor for
 * more than {@link Generation#PROMPT_PIECE_TOKENS} tokens of another's prompt.
 *
 * <p>A round is a task of the device thread that schedules the next one, so that whatever else has
 * to happen on that thread happens between two rounds. {@link #join} and {@link #close} may be
 * called by any thread; the rest is the device thread's.
 */
public final class StepLoop implements AutoCloseable {

    private record Member(Job job, Generation generation) {}

    /** A member and what it wants to look at. */
    private record Turn(Member member, Forward forward) {}

    private final Executor device;
    private final Transformer model;
    private final boolean deterministic;
    private final Counter steps;
    private final Counter stepsAfterCancel;
    private final DistributionSummary batch;
    private final List<Member> members = new ArrayList<>();
    private boolean stopped;
    private volatile int active;
    private volatile long cacheBytes;

    /**
     * @param device runs tasks one after the other, always on the same thread
     * @param model of all generations
     * @param deterministic whether each has forwards of its own, so that its output does not depend
     *     on who else is there
     */
    public StepLoop(
            Executor device, Transformer model, boolean deterministic, MeterRegistry meters) {
        this.device = device;
        this.model = model;
        this.deterministic = deterministic;
        this.steps = meters.counter("inference.steps");
        this.stepsAfterCancel =
                Counter.builder("inference.steps.after_cancel")
                        .description("Steps that ended after their generation was cancelled")
                        .register(meters);
        this.batch =
                DistributionSummary.builder("inference.batch.sequences")
                        .description("Generations that share a forward")
                        .register(meters);
        Gauge.builder("inference.generations.active", this, loop -> loop.active).register(meters);
        Gauge.builder("inference.device.caches", this, loop -> loop.cacheBytes)
                .description("Memory of the device that keys and values of generations take")
                .baseUnit("bytes")
                .register(meters);
    }

    /** Begins {@code job} before the next round. */
    public void join(Job job) {
        try {
            device.execute(() -> begin(job));
        } catch (RejectedExecutionException e) {
            fail(job, new StoppedException());
        }
    }

    private void begin(Job job) {
        if (stopped) {
            fail(job, new StoppedException());
        } else if (job.isCancelled()) {
            job.left();
        } else {
            try {
                Member member = new Member(job, job.begin());
                if (member.generation.isFinished()) {
                    leave(member); // resumed where only its end was left to tell
                } else {
                    add(member);
                }
            } catch (Throwable e) { // as in guarded()
                fail(job, e);
            }
        }
    }

    private void add(Member member) {
        members.add(member);
        count();
        if (active == 1) {
            device.execute(this::round);
        }
    }

    private void count() {
        active = members.size();
        cacheBytes =
                members.stream()
                        .map(member -> member.generation.cache())
                        .mapToLong(cache -> (long) cache.capacity() * cache.bytesPerToken())
                        .sum();
    }

    /** One step of each. */
    private void round() {
        try {
            List<Turn> turns = turns();
            if (deterministic) {
                turns.forEach(turn -> step(List.of(turn)));
            } else if (!turns.isEmpty()) {
                step(turns);
            }
        } finally {
            count();
            if (active > 0) {
                device.execute(this::round);
            }
        }
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        for (Member member : List.copyOf(members)) {
            if (member.job.isCancelled()) {
                remove(member);
            } else if (member.job.isLate()) {
                guarded(member, () -> cut(member));
            } else {
                guarded(member, () -> turns.add(new Turn(member, member.generation.next())));
            }
        }
        return turns;
    }

    private void cut(Member member) {
        if (member.generation.outputTokens() == 0) {
            throw new DeadlineExceededException();
        }
        member.job.stepped(member.generation, member.generation.cut());
        remove(member);
    }

    private void step(List<Turn> turns) {
        List<Logits> logits;
        try {
            logits = model.forward(turns.stream().map(Turn::forward).toList());
        } catch (Throwable e) { // as in guarded()
            if (turns.size() == 1) {
                fail(turns.getFirst().member, e);
            } else {
                turns.forEach(turn -> step(List.of(turn))); // each alone: whose fault it is
            }
            return;
        }
        batch.record(turns.size());
        for (int i = 0; i < turns.size(); i++) {
            Member member = turns.get(i).member;
            try (Logits own = logits.get(i)) {
                guarded(member, () -> accept(member, own));
            }
        }
    }

    private void accept(Member member, Logits logits) {
        member.job.stepped(member.generation, member.generation.accept(logits));
        steps.increment();
        if (member.job.isCancelled()) {
            stepsAfterCancel.increment();
        }
        if (member.generation.isFinished()) {
            remove(member);
        }
    }

    /** Even an error, such as a lack of memory, of one is no reason to end the others. */
    private void guarded(Member member, Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            fail(member, e);
        }
    }

    private void fail(Member member, Throwable error) {
        member.job.failed(error);
        remove(member);
    }

    private void remove(Member member) {
        if (members.remove(member)) {
            leave(member);
        }
    }

    private static void leave(Member member) {
        try {
            member.generation.close();
        } finally {
            member.job.left();
        }
    }

    private static void fail(Job job, Throwable error) {
        job.failed(error);
        job.left();
    }

    /** Fails whoever is generating, and whoever joins from now on. */
    @Override
    public void close() {
        CompletableFuture.runAsync(this::stop, device).join();
    }

    private void stop() {
        stopped = true;
        for (Member member : members) {
            member.job.failed(new StoppedException());
            leave(member);
        }
        members.clear();
        count();
    }
}
