package dev.seeddiffusion.training.evaluation;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Whether a measurement of time means anything now. */
public final class QuietMachine {

    private static final double MOST_LOAD = 0.15;
    private static final int MILLIS = 1500;

    private QuietMachine() {}

    /**
     * @throws IllegalArgumentException if others keep the processors busy
     */
    public static void require() throws InterruptedException {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        system.getCpuLoad(); // the next call tells the load since this one
        Thread.sleep(MILLIS);
        double load = system.getCpuLoad();
        if (load > MOST_LOAD) {
            throw new IllegalArgumentException(
                    ("The machine is busy: others use %.0f %% of its processors. End them, or measure"
                                    + " all the same with --busy; then only ratios mean anything.")
                            .formatted(100 * load));
        }
    }
}
