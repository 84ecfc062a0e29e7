package dev.seeddiffusion.training.evaluation;

/**
 * What revision would do to placed tokens, some of them wrong. A proposal counts from the revise
 * threshold on, as in sampling. Not thread-safe.
 */
public final class RepairRates {
    private long wrong;
    private long repaired;
    private long changed;
    private long right;
    private long spoilt;

    /**
     * @param clean the right token
     * @param placed the token that stands there
     * @param proposed what the model would put there; the same as {@code placed} if it is not sure
     *     enough to revise
     */
    void add(int clean, int placed, int proposed) {
        if (placed == clean) {
            right++;
            spoilt += proposed == clean ? 0 : 1;
        } else {
            wrong++;
            repaired += proposed == clean ? 1 : 0;
            changed += proposed == clean || proposed == placed ? 0 : 1;
        }
    }

    /** Wrong tokens seen. */
    public long wrong() {
        return wrong;
    }

    /** Right tokens seen. */
    public long right() {
        return right;
    }

    /** Share of the wrong tokens that become right; NaN without any. */
    public double repaired() {
        return (double) repaired / wrong;
    }

    /** Share of the wrong tokens that become other wrong ones; NaN without any. */
    public double changed() {
        return (double) changed / wrong;
    }

    /** Share of the right tokens that become wrong; NaN without any. */
    public double spoilt() {
        return (double) spoilt / right;
    }
}
