package dev.seeddiffusion.inference.scheduler;

import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import java.util.List;

/**
 * A generation to be, as the {@link StepLoop} sees it. All methods but {@link #isCancelled} are
 * called on the device thread; {@link #left} is always the last, and without {@link #failed} or a
 * cancellation before it the generation is finished.
 */
public interface Job {

    /** Whether nobody wants the rest any more; never false again once it is true. */
    boolean isCancelled();

    /** Whether the output is to end with what there is. */
    boolean isLate();

    /**
     * Called once, before the first step.
     *
     * @return closed by the loop
     */
    Generation begin();

    /**
     * After each step, and after the output was cut.
     *
     * @param events what that made known
     */
    void stepped(Generation generation, List<SamplingEvent> events);

    /** Something threw, or the loop is stopped; there is no further step. */
    void failed(Throwable error);

    /** The generation does not take turns any more. */
    void left();
}
