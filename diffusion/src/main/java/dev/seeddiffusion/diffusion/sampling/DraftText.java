package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.util.Arrays;

/** A canvas as text, for those who watch. */
final class DraftText {

    private DraftText() {}

    /**
     * @param ids masks included; each becomes one {@link SamplingEvent.Drafted#MASKED}
     */
    static String of(int[] ids, CodeTokenizer tokenizer) {
        StringBuilder draft = new StringBuilder();
        for (int from = 0; from < ids.length; ) {
            int to = from;
            while (to < ids.length && ids[to] != tokenizer.mask()) {
                to++;
            }
            draft.append(tokenizer.decode(Arrays.copyOfRange(ids, from, to)));
            if (to < ids.length) {
                draft.append(SamplingEvent.Drafted.MASKED);
            }
            from = to + 1;
        }
        return draft.toString();
    }
}
