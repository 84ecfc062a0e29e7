package dev.seeddiffusion.api.limits;

import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/**
 * What a budget holds after something was to be taken from it.
 *
 * @param taken whether there was enough
 * @param remaining never below 0
 * @param untilEnough zero if it was taken
 */
record Balance(
        Budget budget, boolean taken, long remaining, Duration untilEnough, Duration untilFull) {

    static Balance of(Budget budget, ConsumptionProbe probe) {
        return new Balance(
                budget,
                probe.isConsumed(),
                Math.max(0, probe.getRemainingTokens()),
                Duration.ofNanos(probe.getNanosToWaitForRefill()),
                Duration.ofNanos(probe.getNanosToWaitForReset()));
    }
}
