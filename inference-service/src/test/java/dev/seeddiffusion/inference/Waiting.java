package dev.seeddiffusion.inference;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** For what other threads do in their own time. */
public final class Waiting {

    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private Waiting() {}

    public static void until(BooleanSupplier holds) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!holds.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("It did not come about within " + PATIENCE + ".");
            }
            Thread.sleep(2);
        }
    }

    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("It did not happen within " + PATIENCE + ".");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
