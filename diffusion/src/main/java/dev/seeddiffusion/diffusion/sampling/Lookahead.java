package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Forward;
import java.util.Arrays;

/** The block ahead of a text in lossless mode: what a forward shows of it, and has checked. */
final class Lookahead {

    private final Sequence sequence;
    private final BlockStart start;
    private final Speculation speculation;

    Lookahead(Sequence sequence, BlockStart start) {
        this.sequence = sequence;
        this.start = start;
        this.speculation =
                new Speculation(sequence.tokenizer().mask(), sequence.tokenizer().documentEnd());
    }

    /** What is to be checked. */
    int[] guess() {
        int most = Math.min(blockTokens(), Forward.MOST_GUESSED);
        return speculation.guess(Math.min(sequence.room() - 1, most));
    }

    /**
     * What is believed to come and, after it, how blocks begin.
     *
     * @param tail tokens that come first and are not part of the output, if nothing is believed yet
     */
    int[] canvas(int tail) {
        int[] canvas = new int[Math.min(sequence.room(), blockTokens())];
        Arrays.fill(canvas, sequence.tokenizer().mask());
        int[] visible = speculation.visible(canvas.length);
        System.arraycopy(visible, 0, canvas, 0, visible.length);
        int[] ahead = speculation.ahead();
        int believed = ahead.length == 0 ? tail : visible.length;
        if (!speculation.ends() && believed < canvas.length) {
            int[] before = Sequence.joined(sequence.written(), ahead);
            int rest = canvas.length - believed;
            int[] begun = start.after(before, rest, sequence.tokenizer().mask());
            System.arraycopy(begun, 0, canvas, believed, rest);
        }
        return canvas;
    }

    /** As {@link Speculation#verify}. */
    int verify(int[] guess, int[] chosen, Choice canvas) {
        return speculation.verify(guess, chosen, canvas);
    }

    private int blockTokens() {
        return sequence.settings().denoising().blockTokens();
    }
}
