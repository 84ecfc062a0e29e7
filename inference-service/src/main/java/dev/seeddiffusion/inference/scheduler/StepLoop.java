package dev.seeddiffusion.inference.scheduler;

import dev.seeddiffusion.diffusion.sampling.Generation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets generations take turns on one device, step by step. They join and leave between two rounds,
 * so nobody waits for another's block.
 *
 * <p>A round is a task of the device thread that schedules the next one, so that whatever else has
 * to happen on that thread happens between two rounds. {@link #join} and {@link #close} may be
 * called by any thread; the rest is the device thread's.
 */
public final class StepLoop implements AutoCloseable {

    private record Member(Job job, Generation generation) {}

    private final Executor device;
    private final Counter steps;
    private final Counter stepsAfterCancel;
    private final List<Member> members = new ArrayList<>();
    private boolean stopped;
    private volatile int active;

    /**
     * @param device runs tasks one after the other, always on the same thread
     */
    public StepLoop(Executor device, MeterRegistry meters) {
        this.device = device;
        this.steps = meters.counter("inference.steps");
        this.stepsAfterCancel =
                Counter.builder("inference.steps.after_cancel")
                        .description("Steps that ended after their generation was cancelled")
                        .register(meters);
        Gauge.builder("inference.generations.active", this, loop -> loop.active).register(meters);
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
                add(new Member(job, job.begin()));
            } catch (Throwable e) { // as in stays()
                fail(job, e);
            }
        }
    }

    private void add(Member member) {
        members.add(member);
        active = members.size();
        if (active == 1) {
            device.execute(this::round);
        }
    }

    /** One step of each. The place for batches: one forward of the model could step them all. */
    private void round() {
        try {
            for (Iterator<Member> each = members.iterator(); each.hasNext(); ) {
                Member member = each.next();
                if (!stays(member)) {
                    each.remove();
                    leave(member);
                }
            }
        } finally {
            active = members.size();
            if (active > 0) {
                device.execute(this::round);
            }
        }
    }

    private boolean stays(Member member) {
        try {
            return step(member);
        } catch (Throwable e) {
            // Even an error, such as a lack of memory, of one is no reason to end the others.
            member.job.failed(e);
            return false;
        }
    }

    private boolean step(Member member) {
        if (member.job.isCancelled()) {
            return false;
        }
        member.job.stepped(member.generation, member.generation.step());
        steps.increment();
        if (member.job.isCancelled()) {
            stepsAfterCancel.increment();
        }
        return !member.generation.isFinished();
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
        active = 0;
    }
}
