package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.BlockPartition.Segment;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.training.data.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PromptDraftsTest {
    private static final int END = 0;
    private static final int MASK = 1;
    private static final int NEWLINE = 2;
    private static final int BLOCK = 4;

    /** A text, an instruction, and the text again with a token put in. */
    private static final int[] EDIT = {
        END, 10, 11, 12, 13, 14, 15, 16, 90, NEWLINE, 10, 11, 12, 99, 13, 14, 15, 16, END
    };

    private static final int ANSWER = 9;

    @Test
    void a_draft_is_the_text_from_where_the_answer_has_come_to() {
        NoisyRow laid = laid(EDIT, ANSWER, 0);

        assertThat(Arrays.copyOfRange(laid.tokens(), 4, 8)).containsExactly(13, 14, 15, 16);
        assertThat(Arrays.copyOfRange(laid.tokens(), 8, 12)).containsExactly(16, 90, MASK, MASK);
        assertThat(laid.weights()).containsExactly(7, 7, 7, 7, 1, 1, 1, 1, 1, 1, 0, 0);
    }

    @Test
    void the_share_of_drafts_is_three_in_ten() {
        int rounds = 20_000;
        int drafts = 0;
        for (int seed = 0; seed < rounds; seed++) {
            NoisyRow row = noise();
            lay(row, EDIT, ANSWER, new SplittableRandom(seed));
            drafts += row.weights()[4] == 1 ? 1 : 0;
        }
        double standardError = Math.sqrt(0.3 * 0.7 / rounds);
        assertThat(drafts / (double) rounds).isCloseTo(0.3, within(5 * standardError));
    }

    @Test
    void an_answer_that_does_not_begin_as_its_prompt_keeps_its_noise() {
        int[] completion = EDIT.clone();
        completion[10] = 50;
        NoisyRow row = laid(completion, ANSWER, 0);

        assertThat(row.weights()).containsOnly(7);
    }

    /** Every block that can be drafted is, by the first seed that does so. */
    private static NoisyRow laid(int[] document, int given, int seed) {
        NoisyRow row = noise();
        lay(row, document, given, new SplittableRandom(seed));
        boolean all = row.weights()[4] == 1 && row.weights()[8] == 1;
        return all || seed == 500 ? row : laid(document, given, seed + 1);
    }

    private static NoisyRow noise() {
        int[] tokens = new int[12];
        double[] weights = new double[12];
        Arrays.fill(tokens, MASK);
        Arrays.fill(weights, 7);
        return new NoisyRow(tokens, weights);
    }

    private static void lay(NoisyRow row, int[] document, int given, SplittableRandom random) {
        boolean[] isGiven = new boolean[document.length];
        Arrays.fill(isGiven, 0, given, true);
        Batch batch =
                new Batch(
                        new int[][] {document},
                        new int[1][document.length],
                        new int[1][document.length],
                        new boolean[][] {isGiven});
        BlockPartition partition =
                BlockPartition.of(
                        List.of(new Segment(given, document.length, true)),
                        BLOCK,
                        new FullFirstBlock());
        new PromptDrafts(MASK).lay(row, partition, batch, 0, random);
    }

    /** Has the first block not shortened. */
    private static final class FullFirstBlock extends java.util.Random {
        @Override
        public double nextDouble() {
            return 0;
        }
    }
}
