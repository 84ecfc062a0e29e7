package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Logits;
import java.util.Arrays;

/** Chooses tokens: the likeliest, or at random. */
final class TokenChooser {

    /** Odd and without a pattern: keeps the seeds of positions apart from a user's next seeds. */
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final Draw draw;
    private final Uniforms uniforms;

    private TokenChooser(Draw draw, Uniforms uniforms) {
        this.draw = draw;
        this.uniforms = uniforms;
    }

    /** For a text that is chosen token by token, one random number each, from a position on. */
    static TokenChooser from(int position, Draw draw) {
        return new TokenChooser(draw, new Uniforms(draw.seed(), position));
    }

    /**
     * For the block that begins at a position. Its random numbers do not depend on the steps that
     * the blocks before it took: whoever goes on from there has the same.
     */
    static TokenChooser ofBlock(int position, Draw draw) {
        return new TokenChooser(draw, new Uniforms(draw.seed() + position * GOLDEN_GAMMA, 0));
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
