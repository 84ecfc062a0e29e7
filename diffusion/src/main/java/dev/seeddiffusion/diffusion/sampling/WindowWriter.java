package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.checkpoint.AttentionPattern;
import dev.seeddiffusion.diffusion.checkpoint.ModelFamily;
import dev.seeddiffusion.diffusion.checkpoint.ModelTrait;
import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills a text window by window, as the published code of models with block-causal or bidirectional
 * context does: every position of a window is placed, those after an end of text too.
 *
 * <p>Under block-causal context blocks are counted from position 0, so that a prompt which ends
 * inside a block shares it with the output; a forward sees one block, and the next block's first
 * forward commits it. Under bidirectional context blocks are counted from the prompt's end, and
 * every forward sees all of the text, or with an approximate prefix reads what is before a window
 * once. The published code then writes on after an end of text; so does this one if the trajectory
 * is wanted, since nothing else would show.
 */
final class WindowWriter implements Writer {

    private static final int[] NONE = {};

    private final Sequence sequence;
    private final ModelFamily family;
    private final TokenChooser chooser;
    private final @Nullable TrajectoryRecorder recorder;

    /** Prompt and output; masks where nothing is placed yet. */
    private final int[] ids;

    /** Position from which blocks are counted. */
    private final int origin;

    /** Position of the window's first token. */
    private int from;

    private @Nullable Canvas window;
    private int windows;
    private final List<PlacedToken> untold = new ArrayList<>();

    /**
     * @param known tokens of the prompt, and of what is resumed
     * @param end position after the last token to be placed
     */
    WindowWriter(
            Sequence sequence,
            ModelFamily family,
            int[] known,
            int end,
            @Nullable TrajectoryRecorder recorder) {
        this.sequence = sequence;
        this.family = family;
        this.chooser = TokenChooser.ofBlock(known.length, sequence.settings().draw());
        this.recorder = recorder;
        this.ids = Arrays.copyOf(known, end);
        Arrays.fill(ids, known.length, end, sequence.tokenizer().mask());
        this.origin = isWhole() ? known.length : 0;
        this.from = known.length;
    }

    private boolean isWhole() {
        return family.attention() == AttentionPattern.BIDIRECTIONAL;
    }

    @Override
    public Forward next() {
        Canvas canvas = window();
        System.arraycopy(canvas.ids(), 0, ids, from, canvas.ids().length);
        int firstRow = from - (family.has(ModelTrait.SHIFTED_LOGITS) ? 1 : 0);
        if (keepsPrefix() && sequence.cache().length() == 0) {
            sequence.commit(Arrays.copyOf(ids, firstRow));
        }
        int start = isWhole() ? read() : blockStart();
        int[] visible = isFollowing() ? NONE : Arrays.copyOfRange(ids, start, visibleEnd());
        return sequence.forward(visible, firstRow - start);
    }

    private boolean keepsPrefix() {
        return isWhole() && sequence.settings().denoising().approximatePrefix();
    }

    /** Tokens whose keys and values are there, or are with the next forward. */
    private int read() {
        return sequence.cache().length() + sequence.uncommitted();
    }

    private Canvas window() {
        if (window == null) {
            int[] masks = new int[windowEnd() - from];
            Arrays.fill(masks, sequence.tokenizer().mask());
            window = Canvas.whole(masks, sequence.tokenizer().mask());
            if (recorder != null) {
                recorder.add(window);
            }
        }
        return window;
    }

    private int blockTokens() {
        return sequence.settings().denoising().blockTokens();
    }

    private int blockStart() {
        return from - (from - origin) % blockTokens();
    }

    private int blockEnd() {
        return Math.min(ids.length - blockStart(), blockTokens()) + blockStart();
    }

    private int visibleEnd() {
        return isWhole() ? ids.length : blockEnd();
    }

    private int windowEnd() {
        if (isFollowing()) {
            return from + 1;
        }
        int most = Math.min(sequence.settings().denoising().windowTokens(), blockTokens());
        int start = from - (from - blockStart()) % most;
        return Math.min(blockEnd(), start + most);
    }

    /**
     * Whether the window is the one token that the block before predicts, with shifted logits; it
     * is placed by the forward that commits that block.
     */
    private boolean isFollowing() {
        return family.has(ModelTrait.SHIFTED_LOGITS) && !isWhole() && from == blockStart();
    }

    @Override
    public void accept(Logits logits, List<SamplingEvent> events) {
        Canvas canvas = window();
        sequence.isCommitted();
        int step = sequence.nextStep();
        denoise(canvas, logits, step);
        if (canvas.isComplete() && family.decoding().endFillsBlock()) {
            canvas.fillAfterEnd(sequence.tokenizer());
        }
        if (recorder != null) {
            recorder.add(canvas);
        }
        if (sequence.settings().drafts()) {
            int committed = sequence.outputTokens();
            events.add(
                    canvas.draft(committed, step, lengthOfText(canvas.ids()))
                            .event(windows, step, committed, sequence.tokenizer()));
        }
        if (canvas.isComplete()) {
            finish(canvas, step, events);
        }
    }

    private void denoise(Canvas canvas, Logits logits, int step) {
        Denoising denoising = sequence.settings().denoising();
        if (!family.decoding().judgesWithinTopP()) {
            canvas.denoise(chooser.all(logits), logits, denoising, step);
            return;
        }
        try (Logits judged = logits.within(sequence.settings().draw().topP())) {
            Choice proposal = chooser.all(judged);
            canvas.denoise(proposal, judged, denoising, step);
        }
    }

    private int lengthOfText(int[] tokens) {
        CodeTokenizer tokenizer = sequence.tokenizer();
        int end = 0;
        while (end < tokens.length && !tokenizer.isEnd(tokens[end])) {
            end++;
        }
        return end;
    }

    private void finish(Canvas canvas, int step, List<SamplingEvent> events) {
        if (recorder != null) {
            recorder.finish(canvas, step);
        }
        System.arraycopy(canvas.ids(), 0, ids, from, canvas.ids().length);
        untold.addAll(canvas.tokens());
        if (keepsPrefix()) {
            sequence.cache().truncate(0);
        }
        int blockStart = blockStart();
        int blockEnd = blockEnd();
        from += canvas.ids().length;
        window = null;
        windows++;
        if (!isWhole() && from == blockEnd) {
            sequence.commit(Arrays.copyOfRange(ids, blockStart, blockEnd));
        }
        if (!isWhole() || recorder == null || from == ids.length) {
            sequence.tell(untold, events);
            untold.clear();
        }
    }
}
