package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A canvas for those who watch.
 *
 * @param from tokens of the output before it
 * @param ids masks included
 * @param confidences the model's, of each token; 0 where it has none
 * @param changed indices of {@code ids} that hold another token than one step before
 */
record DraftCanvas(int from, int[] ids, float[] confidences, int[] changed) {

    /** What a canvas has become. */
    static DraftCanvas after(
            @Nullable DraftCanvas before, int from, int[] ids, float[] confidences) {
        int[] changed =
                IntStream.range(0, ids.length)
                        .filter(i -> before == null || before.at(from + i) != ids[i])
                        .toArray();
        return new DraftCanvas(from, ids, confidences, changed);
    }

    /** The token at a position of the output; −1 outside of the canvas. */
    private int at(int position) {
        int index = position - from;
        return index >= 0 && index < ids.length ? ids[index] : -1;
    }

    /**
     * @param committed tokens of the output that are told as final
     */
    SamplingEvent.Drafted event(int block, int step, int committed, CodeTokenizer tokenizer) {
        List<String> tokens =
                IntStream.of(ids).mapToObj(id -> DraftText.of(new int[] {id}, tokenizer)).toList();
        List<Float> sure = IntStream.range(0, ids.length).mapToObj(i -> confidences[i]).toList();
        return new SamplingEvent.Drafted(
                block,
                step,
                DraftText.of(ids, tokenizer),
                committed,
                tokens,
                sure,
                Arrays.stream(changed).boxed().toList());
    }
}
