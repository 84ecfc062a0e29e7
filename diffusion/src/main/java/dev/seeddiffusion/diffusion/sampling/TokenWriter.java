package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes what the causal probabilities choose: one token or, guessing, several a forward. */
final class TokenWriter implements Writer {

    private static final int[] NONE = {};

    private final Sequence sequence;
    private final BlockStart start;
    private final TokenChooser chooser;
    private final boolean guesses;
    private final Speculation speculation;

    /** What the forward is to check. */
    private int[] guess = NONE;

    /**
     * @param guesses whether a canvas guesses what follows
     */
    TokenWriter(Sequence sequence, BlockStart start, TokenChooser chooser, boolean guesses) {
        this.sequence = sequence;
        this.start = start;
        this.chooser = chooser;
        this.guesses = guesses;
        this.speculation = new Speculation(sequence.tokenizer().documentEnd());
    }

    @Override
    public Forward next() {
        if (!guesses) {
            return sequence.forward(NONE, NONE, true);
        }
        guess = speculation.guess(sequence.room() - 1);
        int most = sequence.settings().denoising().blockTokens();
        int room = speculation.goesOn() ? sequence.room() - guess.length : 0;
        int length = Math.clamp(room, 0, most);
        int[] before = Arrays.copyOf(sequence.written(), sequence.written().length + guess.length);
        System.arraycopy(guess, 0, before, sequence.written().length, guess.length);
        int[] canvas = start.after(before, length, sequence.tokenizer().mask());
        return sequence.forward(guess, canvas, true);
    }

    @Override
    public void accept(Logits logits, List<SamplingEvent> events) {
        int causal = guess.length + 1;
        Choice chosen = chooser.first(causal, logits);
        Choice proposed = proposed(logits, chosen, causal);
        int kept = speculation.verify(guess, chosen.ids(), proposed);
        chooser.keep(kept);
        sequence.cache().truncate(sequence.cache().length() - (causal - kept));
        sequence.write(Arrays.copyOf(chosen.ids(), kept), kept - 1);
        int step = sequence.nextStep();
        List<PlacedToken> tokens = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            tokens.add(new PlacedToken(chosen.ids()[i], step, chosen.confidences()[i]));
        }
        sequence.tell(tokens, events);
    }

    /** What the canvas holds likeliest, whatever chance chose. */
    private Choice proposed(Logits logits, Choice chosen, int causal) {
        if (logits.rows() == causal) {
            return Choice.NOTHING;
        }
        return (chooser.isLikeliest() ? chosen : logits.likeliest()).from(causal);
    }
}
