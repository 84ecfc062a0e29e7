package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import java.util.List;

/** A way to write tokens, forward by forward. */
interface Writer {

    /** What the next forward is to look at. */
    Forward next();

    /**
     * @param logits of that forward; stay the caller's
     * @param events gain what they make known
     */
    void accept(Logits logits, List<SamplingEvent> events);
}
