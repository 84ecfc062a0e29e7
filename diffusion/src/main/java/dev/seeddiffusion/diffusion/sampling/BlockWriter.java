package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.Logits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Denoises blocks, one after the other. A finished block is committed by the forward that begins
 * the next.
 */
final class BlockWriter implements Writer {

    private final Sequence sequence;
    private final BlockStart start;
    private final @Nullable TrajectoryRecorder recorder;
    private TokenChooser chooser;
    private @Nullable Canvas canvas;

    BlockWriter(Sequence sequence, BlockStart start, @Nullable TrajectoryRecorder recorder) {
        this.sequence = sequence;
        this.start = start;
        this.recorder = recorder;
        this.chooser = nextChooser();
    }

    private TokenChooser nextChooser() {
        return TokenChooser.ofBlock(sequence.written().length, sequence.settings().draw());
    }

    @Override
    public Forward next() {
        return sequence.forward(new int[0], block().ids(), false);
    }

    private Canvas block() {
        if (canvas == null) {
            int mask = sequence.tokenizer().mask();
            int end = sequence.tokenizer().documentEnd();
            int most = sequence.settings().denoising().blockTokens();
            int[] ids = start.after(sequence.written(), Math.min(most, sequence.room()), mask);
            canvas =
                    start.edited() == null
                            ? new Canvas(ids, mask, end)
                            : Canvas.draft(ids, mask, end);
            if (recorder != null) {
                recorder.add(canvas);
            }
        }
        return canvas;
    }

    @Override
    public void accept(Logits logits, List<SamplingEvent> events) {
        Canvas block = block();
        sequence.isCommitted();
        int step = sequence.nextStep();
        block.denoise(chooser.all(logits), logits, sequence.settings().denoising(), step);
        if (recorder != null) {
            recorder.add(block);
        }
        if (sequence.settings().drafts()) {
            // All blocks but the last are of one length.
            int index = sequence.written().length / sequence.settings().denoising().blockTokens();
            int committed = sequence.outputTokens();
            events.add(
                    block.draft(committed, step, block.visible().length)
                            .event(index, step, committed, sequence.tokenizer()));
        }
        if (block.isComplete()) {
            if (recorder != null) {
                recorder.finish(block, step);
            }
            sequence.write(block.visible(), 0);
            canvas = null;
            chooser = nextChooser();
            sequence.tell(block.tokensAndEnd(), events);
        }
    }
}
