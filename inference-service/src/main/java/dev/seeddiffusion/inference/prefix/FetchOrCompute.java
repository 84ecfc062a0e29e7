package dev.seeddiffusion.inference.prefix;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * How fast prefixes are computed and how fast they are fetched, as measured; so which of the two is
 * the faster, and when to stop waiting. Thread-safe.
 *
 * <p>A fetch must keep pace with computing: who gives up at the first chunk that comes later than
 * it could have been computed, plus a slack, loses no more than the slack.
 */
final class FetchOrCompute {

    /** Of the newest measurement. */
    private static final double WEIGHT = 0.2;

    /** Share of the time that computing takes. */
    private static final double SLACK = 0.1;

    /** Of so many decisions against fetching one is ignored, so that a store may recover. */
    private static final int TRY_AGAIN_AFTER = 16;

    private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Duration fetchDeadline;
    private final long bytesPerToken;
    private double tokensPerSecond;
    private double bytesPerSecond;
    private int decisionsAgainst;
    private long pauseNanos;
    private long pausedUntil = System.nanoTime();

    /**
     * @param fetchDeadline least slack
     */
    FetchOrCompute(Duration fetchDeadline, long bytesPerToken, MeterRegistry meters) {
        this.fetchDeadline = fetchDeadline;
        this.bytesPerToken = bytesPerToken;
        Gauge.builder("inference.prefix.prefill_rate", this::tokensPerSecond)
                .baseUnit("tokens/s")
                .register(meters);
        Gauge.builder("inference.prefix.bandwidth", this::bytesPerSecond)
                .baseUnit("bytes/s")
                .register(meters);
    }

    synchronized void computed(int tokens, long nanos) {
        tokensPerSecond = mean(tokensPerSecond, tokens, nanos);
    }

    synchronized void fetched(long bytes, long nanos) {
        bytesPerSecond = mean(bytesPerSecond, bytes, nanos);
        pauseNanos = 0;
    }

    private static double mean(double before, long amount, long nanos) {
        double rate = amount * 1e9 / Math.max(1, nanos);
        return before == 0 ? rate : before + WEIGHT * (rate - before);
    }

    /** Nothing came back; for some time, which doubles, the store is not asked. */
    synchronized void failed() {
        pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
        pausedUntil = System.nanoTime() + pauseNanos;
    }

    synchronized boolean isPaused() {
        return pausedUntil - System.nanoTime() > 0;
    }

    /** Whether fetching is faster; what was not measured yet is tried. */
    synchronized boolean prefersFetch() {
        if (tokensPerSecond == 0
                || bytesPerSecond == 0
                || bytesPerSecond / bytesPerToken > tokensPerSecond) {
            return true;
        }
        decisionsAgainst = (decisionsAgainst + 1) % TRY_AGAIN_AFTER;
        return decisionsAgainst == 0;
    }

    /**
     * @param fetched tokens that have come
     * @param wanted tokens that were asked for
     * @return how long after the start of fetching the next may come
     */
    synchronized Duration patience(int fetched, int wanted) {
        if (tokensPerSecond == 0) {
            return fetchDeadline;
        }
        double slack = Math.max(fetchDeadline.toNanos(), SLACK * nanosToCompute(wanted));
        return Duration.ofNanos((long) (nanosToCompute(fetched) + slack));
    }

    private double nanosToCompute(int tokens) {
        return tokens * 1e9 / tokensPerSecond;
    }

    private synchronized double tokensPerSecond() {
        return tokensPerSecond;
    }

    private synchronized double bytesPerSecond() {
        return bytesPerSecond;
    }
}
