package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.diffusion.sampling.EditedText;
import dev.seeddiffusion.training.data.Batch;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The noise that an edit really begins with: some blocks of documents whose answer is their
 * prompt's text, edited, hold what the sampler would begin them with ({@link EditedText}), and
 * every position is scored, as under edit noise. Ours: the corruption of Seed Diffusion's second
 * stage is random. Immutable and thread-safe.
 */
public final class PromptDrafts {

    private static final double SHARE = 0.3;

    /** Tokens that an answer may have before the text begins again: the prompt's healed tail. */
    private static final int LONGEST_TAIL = 3;

    private final int mask;

    /**
     * @param mask id of the mask token
     */
    public PromptDrafts(int mask) {
        this.mask = mask;
    }

    /** Replaces some blocks of a corrupted row by drafts. */
    void lay(
            NoisyRow noisy,
            BlockPartition partition,
            Batch clean,
            int row,
            RandomGenerator random) {
        for (int first = 0; first < partition.slots(); ) {
            int end = partition.blockEnd(first);
            int[] draft = draft(clean, row, partition.positions()[first], end - first);
            if (draft != null && random.nextDouble() < SHARE) {
                for (int slot = first; slot < end; slot++) {
                    noisy.tokens()[slot] = draft[slot - first];
                    noisy.weights()[slot] = partition.beyondEnd()[slot] ? 0 : 1;
                }
            }
            first = end;
        }
    }

    /**
     * What a block begins with.
     *
     * @param position of its first token
     * @return null if it is not of an answer that begins as its prompt does
     */
    int @Nullable [] draft(Batch clean, int row, int position, int length) {
        int[] tokens = clean.tokens()[row];
        int start = clean.documentStart()[row][position] + 1;
        int asked = start;
        while (clean.given()[row][asked]) {
            asked++;
        }
        for (int answer = asked; answer <= Math.min(position, asked + LONGEST_TAIL); answer++) {
            if (asked > start && tokens[answer] == tokens[start]) {
                return new EditedText(Arrays.copyOfRange(tokens, start, asked))
                        .next(Arrays.copyOfRange(tokens, answer, position), length, mask);
            }
        }
        return null;
    }
}
