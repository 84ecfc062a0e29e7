package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.retry.Retry;

/**
 * One client's generation on as many replicas as it takes: where one does not go on, because it
 * died, drains or is silent, another continues with what the client already has. A generation that
 * no replica has taken on is offered to each once; one that a replica had taken on looks for
 * another again and again until a deadline. For one subscriber.
 */
final class ResumableStream {

    private static final Logger log = LoggerFactory.getLogger(ResumableStream.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final GenerationRequest request;
    private final Replicas replicas;
    private final RoutingProperties.Routing settings;
    private final Counter resumes;
    private final Progress progress;
    private final AtomicLong wanted = new AtomicLong();
    private Iterator<Replica> untried;

    /** Who was asked last. */
    private @Nullable Replica asked;

    /** Whether that one took the request on: it may have done so for long, if only in its queue. */
    private boolean taken;

    /** What the replica serves that began. */
    private @Nullable ModelDescription begunBy;

    private int breaks;
    private long brokenAt;

    ResumableStream(
            GenerationRequest request,
            Replicas replicas,
            RoutingProperties.Routing settings,
            Counter resumes) {
        this.request = request;
        this.replicas = replicas;
        this.settings = settings;
        this.resumes = resumes;
        this.progress = new Progress(request);
        this.untried = candidates(_ -> true);
    }

    Flux<GenerationEvent> events() {
        return Flux.defer(this::ask)
                .retryWhen(Retry.from(broken -> broken.concatMap(it -> another(it.failure()))))
                .onErrorResume(Broken.class, broken -> Mono.just(broken.failed))
                .doOnRequest(n -> wanted.accumulateAndGet(n, Operators::addCap))
                .doOnNext(_ -> wanted.decrementAndGet());
    }

    private Flux<GenerationEvent> ask() {
        taken = false;
        if (!untried.hasNext()) {
            return Flux.error(new Broken(replicas.noneAnswers()));
        }
        Replica replica = untried.next();
        asked = replica;
        return replica.generate(progress.request(begunBy))
                .onErrorMap(error -> broken(replica, error))
                .concatMapIterable(event -> seen(replica, event), 1);
    }

    private Iterable<GenerationEvent> seen(Replica replica, GenerationEvent event) {
        taken |= !(event instanceof Failed failed && failed.code() == ErrorCode.OVERLOADED);
        if (event instanceof Failed failed) {
            throw new Broken(failed);
        }
        begunBy = begunBy == null ? replica.model() : begunBy;
        try {
            return progress.see(event);
        } catch (Progress.GapException e) {
            throw broken(replica, e);
        }
    }

    private Broken broken(Replica replica, Throwable error) {
        taken |= ReplicaFailure.isBrokenOff(error);
        // Nothing arrives either while the client does not read.
        boolean isSlowClient = error instanceof StalledException && wanted.get() == 0;
        return new Broken(
                isSlowClient
                        ? ReplicaFailure.slowClient()
                        : ReplicaFailure.of(replica.uri(), request.requestId(), error));
    }

    /** Emits when the next replica may be asked; the error itself if none is to be. */
    private Mono<?> another(Throwable error) {
        if (!(error instanceof Broken broken) || !isWorthAnother(broken.failed)) {
            return Mono.error(error);
        }
        if (taken && ++breaks <= settings.maxResumes()) {
            brokenAt = System.nanoTime();
            untried = candidates(it -> it != asked);
            resumes.increment();
            log.info(
                    "Request {} goes on elsewhere, after {} tokens.",
                    request.requestId(),
                    progress.tokens());
        }
        if (breaks > settings.maxResumes()) {
            return Mono.error(error);
        }
        if (untried.hasNext()) {
            return Mono.just(broken);
        }
        if (breaks == 0 || isLate()) {
            return Mono.error(error);
        }
        untried = candidates(_ -> true);
        return Mono.delay(PAUSE);
    }

    private Iterator<Replica> candidates(Predicate<Replica> wanted) {
        return replicas.preferred(request).stream().filter(wanted).filter(this::canGoOn).iterator();
    }

    /** With other weights nobody can; nor does anybody who writes otherwise. */
    private boolean canGoOn(Replica replica) {
        ModelDescription served = replica.model();
        return begunBy == null
                || served == null
                || served.id().equals(begunBy.id())
                        && served.parameters() == begunBy.parameters()
                        && served.deterministic() == begunBy.deterministic();
    }

    private boolean isLate() {
        return System.nanoTime() - brokenAt > settings.resumeDeadline().toNanos();
    }

    private static boolean isWorthAnother(Failed failed) {
        return failed.code() == ErrorCode.UNAVAILABLE || failed.code() == ErrorCode.OVERLOADED;
    }

    /** The replica that was asked does not go on. */
    private static final class Broken extends RuntimeException {
        private final transient Failed failed;

        private Broken(Failed failed) {
            super(failed.message(), null, false, false);
            this.failed = failed;
        }
    }
}
