package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.tokenizer.TokenHealing;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Produces a prompt's tail again, by the likeliest tokens that spell it or run beyond it. Looks
 * ahead meanwhile, so that the output begins with a guess.
 */
final class TailWriter implements Writer {

    private static final int[] NONE = {};

    private final Sequence sequence;
    private final TokenHealing healing;
    private final @Nullable Lookahead lookahead;
    private final @Nullable TrajectoryRecorder recorder;

    /** What is left of it. */
    private byte[] tail;

    TailWriter(
            Sequence sequence,
            byte[] tail,
            TokenHealing healing,
            @Nullable Lookahead lookahead,
            @Nullable TrajectoryRecorder recorder) {
        this.sequence = sequence;
        this.tail = tail;
        this.healing = healing;
        this.lookahead = lookahead;
        this.recorder = recorder;
    }

    boolean isDone() {
        return tail.length == 0;
    }

    /**
     * Takes over what was written elsewhere.
     *
     * @return how many of these tokens spell the tail, the last one perhaps beyond its end
     */
    int resume(int[] tokens) {
        int count = 0;
        while (count < tokens.length && !isDone()) {
            byte[] overhang = spell(tokens[count]);
            if (overhang.length > 0) {
                sequence.resume(overhang);
            }
            count++;
        }
        return count;
    }

    /** Takes a token's bytes off the tail, and returns those beyond its end. */
    private byte[] spell(int token) {
        byte[] overhang = healing.overhang(tail, token);
        tail = healing.rest(tail, token);
        return overhang;
    }

    @Override
    public Forward next() {
        int[] canvas = lookahead == null ? NONE : lookahead.canvas(1);
        return sequence.forward(NONE, canvas, true);
    }

    @Override
    public void accept(Logits logits, List<SamplingEvent> events) {
        int[] allowed = healing.allowed(tail);
        float[] all = logits.toArray();
        float[] row = Arrays.copyOf(all, all.length / logits.rows());
        int best = allowed[0];
        for (int id : allowed) {
            best = row[id] > row[best] ? id : best;
        }
        byte[] overhang = spell(best);
        sequence.healed(best, overhang.length > 0);
        if (lookahead != null) {
            lookahead.verify(NONE, new int[] {best}, logits.likeliest().from(1));
        }
        if (recorder != null) {
            recorder.healed(best);
        }
        if (overhang.length > 0) {
            int step = sequence.nextStep();
            sequence.tell(new PlacedToken(best, step, probability(row, best)), overhang, events);
        }
        if (lookahead != null && isDone()) {
            lookahead.draft(events);
        }
    }

    private static float probability(float[] logits, int id) {
        double max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return (float) (Math.exp(logits[id] - max) / sum);
    }
}
