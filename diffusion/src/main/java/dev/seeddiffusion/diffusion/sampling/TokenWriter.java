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
        this.speculation =
                new Speculation(sequence.tokenizer().mask(), sequence.tokenizer().documentEnd());
    }

    @Override
    public Forward next() {
        if (!guesses) {
            return sequence.forward(NONE, NONE, true);
        }
        int most = sequence.settings().denoising().blockTokens();
        int mostGuessed = Math.min(most, Forward.MOST_GUESSED);
        guess = speculation.guess(Math.min(sequence.room() - 1, mostGuessed));
        return sequence.forward(guess, canvas(Math.min(sequence.room(), most)), true);
    }

    /** What is believed to come, and after it, up to the block's length, how blocks begin. */
    private int[] canvas(int length) {
        int mask = sequence.tokenizer().mask();
        int[] visible = speculation.visible(length);
        int[] canvas = Arrays.copyOf(visible, length);
        Arrays.fill(canvas, visible.length, length, mask);
        if (!speculation.ends()) {
            int[] before = Sequence.joined(sequence.written(), speculation.ahead());
            int[] rest = start.after(before, length - visible.length, mask);
            System.arraycopy(rest, 0, canvas, visible.length, rest.length);
        }
        return canvas;
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
