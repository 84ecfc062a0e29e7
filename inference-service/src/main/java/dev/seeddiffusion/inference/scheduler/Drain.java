package dev.seeddiffusion.inference.scheduler;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * When this replica is told to go away, what runs has some time to come to its end. What still runs
 * then fails with {@link StoppedException}, so that another replica goes on with it. Begins
 * together with the web server's shutdown, which lets nobody in any more and waits for those who
 * are.
 */
final class Drain implements SmartLifecycle, AutoCloseable {

    private final StepLoop stepLoop;
    private final Duration deadline;
    private volatile boolean running;
    private Disposable end = Disposables.disposed();

    Drain(StepLoop stepLoop, Duration deadline) {
        this.stepLoop = stepLoop;
        this.deadline = deadline;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        end =
                Schedulers.boundedElastic()
                        .schedule(stepLoop::close, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE;
    }

    @Override
    public void close() {
        end.dispose();
    }
}
