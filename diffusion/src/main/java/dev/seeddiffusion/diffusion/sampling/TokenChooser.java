package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Logits;
import java.util.Arrays;

/** Chooses tokens: the likeliest, or at random. */
final class TokenChooser {

    private final Draw draw;
    private final Uniforms uniforms;

    TokenChooser(Draw draw) {
        this.draw = draw;
        this.uniforms = new Uniforms(draw.seed());
    }

    /** Whether nothing is left to chance. */
    boolean isLikeliest() {
        return draw.temperature() == 0;
    }

    /** A token for each row, for good. */
    Choice all(Logits logits) {
        Choice choice = first(logits.rows(), logits);
        keep(logits.rows());
        return choice;
    }

    /**
     * A token for each row, of which the first are chosen as if one after the other; those after
     * them are of no interest. How many are kept is to be told by {@link #keep}.
     */
    Choice first(int rows, Logits logits) {
        if (isLikeliest()) {
            return logits.likeliest();
        }
        float[] numbers = Arrays.copyOf(uniforms.peek(rows), logits.rows());
        return logits.sample(draw.temperature(), draw.topP(), numbers);
    }

    /** The random numbers of so many rows are used up. */
    void keep(int rows) {
        if (!isLikeliest()) {
            uniforms.take(rows);
        }
    }
}
