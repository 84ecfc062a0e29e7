package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.training.stage.Batches.END;
import static dev.seeddiffusion.training.stage.Batches.LENGTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.MaskNoise;
import dev.seeddiffusion.training.data.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OwnDraftsTest {
    private static final int MASK = 1;
    private static final int WRONG = 77;
    private static final int BLOCK = 8;

    private final Batch clean = Batches.promptsAndAnswers();

    /**
     * A block that begins elsewhere than before.
     *
     * @param lost tokens that it began earlier
     * @param before its length then
     */
    private record Block(
            int row,
            int position,
            int[] tokens,
            double[] weights,
            boolean[] beyond,
            int lost,
            int before) {}

    @Test
    void a_draft_begins_behind_the_first_error_and_is_as_long_as_its_block() {
        List<Block> drafts = drafts(new Knowing(5, 1)); // right but for every fifth position

        assertThat(drafts).hasSizeGreaterThan(100);
        for (Block draft : drafts) {
            boolean cut = draft.position + draft.tokens.length == LENGTH;
            assertThat(draft.position % 5).isEqualTo(1);
            assertThat(draft.tokens[0]).isIn(token(draft, 0), MASK);
            assertThat(cut || draft.tokens.length == draft.before).isTrue();
        }
    }

    @Test
    void it_shows_what_was_proposed_and_masks_beyond_it_and_all_text_is_asked_for() {
        for (Block draft : drafts(new Knowing(5, 1))) {
            boolean ended = false;
            for (int i = 0; i < draft.tokens.length; i++) {
                if (draft.beyond[i]) { // a model that misses the end goes on
                    assertThat(draft.tokens[i] == MASK || !ended).isTrue();
                    assertThat(draft.weights[i]).isZero();
                } else {
                    boolean proposed = i < draft.before - draft.lost;
                    int known = (draft.position + i) % 5 == 0 ? WRONG : token(draft, i);
                    assertThat(draft.tokens[i]).isEqualTo(proposed ? known : MASK);
                    assertThat(draft.weights[i]).isEqualTo(1);
                }
                ended |= draft.tokens[i] == END;
            }
        }
    }

    @Test
    void what_is_not_sure_is_masked() {
        for (Block draft : drafts(new Knowing(5, 0.4f))) {
            assertThat(draft.tokens).containsOnly(MASK);
        }
    }

    @Test
    void a_block_that_is_proposed_rightly_keeps_its_noise() {
        NoisyBatch noisy = noise(1);

        NoisyBatch laid =
                new OwnDrafts(1, null, MASK, END).lay(noisy, new Knowing(1_000, 1), random(1));

        for (int row = 0; row < Batches.ROWS; row++) {
            assertThat(laid.noisy().get(row).tokens()).isEqualTo(noisy.noisy().get(row).tokens());
            assertThat(laid.partitions().get(row).positions())
                    .isEqualTo(noisy.partitions().get(row).positions());
        }
    }

    @Test
    void the_share_of_drafts_is_as_asked_for() {
        int all = 0;
        int some = 0;
        for (int seed = 0; seed < 400; seed++) {
            all += moved(1, seed);
            some += moved(0.3, seed);
        }
        double standardError = Math.sqrt(0.3 * 0.7 / all);
        assertThat((double) some / all).isCloseTo(0.3, within(5 * standardError));
    }

    @Test
    void without_a_share_the_model_is_not_asked() {
        NoisyBatch noisy = noise(1);

        assertThat(new OwnDrafts(0, null, MASK, END).lay(noisy, Unasked.MODEL, random(1)))
                .isSameAs(noisy);
    }

    /** Blocks that begin behind an error, where no block began before. */
    private int moved(double share, int seed) {
        NoisyBatch noisy = noise(seed);
        NoisyBatch laid =
                new OwnDrafts(share, null, MASK, END).lay(noisy, new Knowing(1, 1), random(seed));
        int moved = 0;
        for (int row = 0; row < Batches.ROWS; row++) {
            List<Integer> before = starts(noisy.partitions().get(row));
            List<Integer> after = starts(laid.partitions().get(row));
            for (int block = 0; block < before.size(); block++) {
                moved += before.get(block).equals(after.get(block)) ? 0 : 1;
            }
        }
        return moved;
    }

    private static List<Integer> starts(BlockPartition partition) {
        List<Integer> starts = new ArrayList<>();
        for (int slot = 0; slot < partition.slots(); slot = partition.blockEnd(slot)) {
            starts.add(partition.positions()[slot]);
        }
        return starts;
    }

    private List<Block> drafts(CurrentModel model) {
        List<Block> blocks = new ArrayList<>();
        for (int seed = 0; seed < 30; seed++) {
            NoisyBatch noisy = noise(seed);
            NoisyBatch laid = new OwnDrafts(1, null, MASK, END).lay(noisy, model, random(seed));
            for (int row = 0; row < Batches.ROWS; row++) {
                BlockPartition old = noisy.partitions().get(row);
                BlockPartition partition = laid.partitions().get(row);
                int oldStart = 0;
                for (int start = 0; start < partition.slots(); ) {
                    int end = partition.blockEnd(start);
                    int lost = partition.positions()[start] - old.positions()[oldStart];
                    if (lost > 0) {
                        blocks.add(
                                new Block(
                                        row,
                                        partition.positions()[start],
                                        Arrays.copyOfRange(
                                                laid.noisy().get(row).tokens(), start, end),
                                        Arrays.copyOfRange(
                                                laid.noisy().get(row).weights(), start, end),
                                        Arrays.copyOfRange(partition.beyondEnd(), start, end),
                                        lost,
                                        old.blockEnd(oldStart) - oldStart));
                    }
                    start = end;
                    oldStart = old.blockEnd(oldStart);
                }
            }
        }
        return blocks;
    }

    /** Every slot is masked. */
    private NoisyBatch noise(int seed) {
        return new DiffusionObjective(new MaskNoise(MASK), null, null, 1, END, List.of(BLOCK))
                .corrupt(clean, Unasked.MODEL, random(seed));
    }

    private static SplittableRandom random(int seed) {
        return new SplittableRandom(seed);
    }

    private int token(Block block, int i) {
        return clean.tokens()[block.row][block.position + i];
    }

    /** Proposes the text, but for every so manieth position. */
    private final class Knowing implements CurrentModel {
        private final int every;
        private final float confidence;

        Knowing(int every, float confidence) {
            this.every = every;
            this.confidence = confidence;
        }

        @Override
        public Transformer snapshot() {
            throw new AssertionError("The model was asked to write.");
        }

        @Override
        public Choice propose(TrainingBatch batch, long[] places) {
            int[] ids = new int[places.length];
            float[] confidences = new float[places.length];
            for (int i = 0; i < places.length; i++) {
                int position = (int) batch.positions()[(int) places[i]];
                int[] tokens = clean.tokens()[(int) places[i] / batch.length()];
                boolean known = position % every != 0 && position < LENGTH;
                ids[i] = known ? tokens[position] : WRONG;
                confidences[i] = confidence;
            }
            return new Choice(ids, confidences);
        }
    }
}
