package dev.seeddiffusion.training.scale;

/** The way to Redis: one transfer after the other, each at full bandwidth. */
final class RedisLink {

    private final Clock clock;
    private final double bytesPerSecond;
    private double freeAt;
    private double busySeconds;

    RedisLink(Clock clock, double bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Seconds until so many bytes would be there. */
    double secondsFor(long bytes) {
        return Math.max(0, freeAt - clock.now()) + bytes / bytesPerSecond;
    }

    /** Takes its turn. */
    void transfer(long bytes) {
        freeAt = clock.now() + secondsFor(bytes);
        busySeconds += bytes / bytesPerSecond;
    }

    double busySeconds() {
        return busySeconds;
    }
}
