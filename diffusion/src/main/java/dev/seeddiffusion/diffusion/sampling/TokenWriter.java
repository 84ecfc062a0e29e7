package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what the causal probabilities choose: one token or, looking ahead, several a forward. */
final class TokenWriter implements Writer {

    private static final int[] NONE = {};

    private final Sequence sequence;
    private final TokenChooser chooser;
    private final @Nullable Lookahead lookahead;

    /** What the forward is to check. */
    private int[] guess = NONE;

    /**
     * @param lookahead null for one token a forward
     */
    TokenWriter(Sequence sequence, @Nullable Lookahead lookahead) {
        this.sequence = sequence;
        this.chooser = TokenChooser.from(sequence.written().length, sequence.settings().draw());
        this.lookahead = lookahead;
    }

    @Override
    public Forward next() {
        if (lookahead == null) {
            return sequence.forward(NONE, NONE, true);
        }
        guess = lookahead.guess();
        return sequence.forward(guess, lookahead.canvas(0), true);
    }

    @Override
    public void accept(Logits logits, List<SamplingEvent> events) {
        int causal = guess.length + 1;
        Choice free = chooser.first(causal, logits);
        Choice chosen = lookahead == null ? free : lookahead.keeping(guess, free);
        int kept =
                lookahead == null
                        ? causal
                        : lookahead.verify(guess, chosen.ids(), proposed(logits, free, causal));
        chooser.keep(kept);
        sequence.cache().truncate(sequence.cache().length() - (causal - kept));
        sequence.write(Arrays.copyOf(chosen.ids(), kept), kept - 1);
        int step = sequence.nextStep();
        List<PlacedToken> tokens = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            tokens.add(new PlacedToken(chosen.ids()[i], step, chosen.confidences()[i]));
        }
        sequence.tell(tokens, events);
        if (lookahead != null) {
            lookahead.draft(events);
        }
    }

    /** What the canvas holds likeliest, whatever chance chose. */
    private Choice proposed(Logits logits, Choice chosen, int causal) {
        return (chooser.isLikeliest() ? chosen : logits.likeliest()).from(causal);
    }
}
