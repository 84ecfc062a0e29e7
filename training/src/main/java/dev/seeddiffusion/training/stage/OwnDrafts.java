package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.training.data.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The noise of lossless decoding: what the model itself proposes for a corrupted block, from where
 * it first errs. In lossless mode a forward checks a canvas and denoises it; what agrees with the
 * text becomes final, the first error is replaced, and what stands beyond is the next canvas. So
 * the model denoises its own drafts, right behind their first mistake, and this is how it learns
 * to: every position is scored, so that a draft becomes the text in one step.
 *
 * <p>Source: step-unrolled denoising, SUNDAE, arXiv 2112.06749: the second step learns from what
 * the first one makes, without a gradient through that. To begin behind the first error is ours.
 */
public final class OwnDrafts {

    /** Sampling shows what is surer than a threshold; training draws one from here to 1. */
    private static final double LOWEST_THRESHOLD = 0.5;

    private final double share;
    private final @Nullable PromptDrafts drafts;
    private final int mask;
    private final int documentEnd;

    /**
     * @param share of blocks that become own drafts, in [0, 1]
     * @param drafts what the end of a draft is filled up with in edits; null for masks only
     * @param mask id of the mask token
     * @param documentEnd id of the token that ends a document
     */
    public OwnDrafts(double share, @Nullable PromptDrafts drafts, int mask, int documentEnd) {
        this.share = share;
        this.drafts = drafts;
        this.mask = mask;
        this.documentEnd = documentEnd;
    }

    /** Has the model denoise the blocks once and takes what it makes of some of them instead. */
    NoisyBatch lay(NoisyBatch batch, CurrentModel model, RandomGenerator random) {
        if (share == 0) {
            return batch;
        }
        TrainingBatch packed = batch.pack(documentEnd);
        List<BlockPartition> partitions = batch.partitions();
        long[] slots =
                IntStream.range(0, partitions.size())
                        .flatMap(
                                row ->
                                        IntStream.range(0, partitions.get(row).slots())
                                                .map(slot -> row * packed.length() + slot))
                        .asLongStream()
                        .toArray();
        Choice proposed = model.propose(packed, slots);
        List<BlockPartition> laid = new ArrayList<>();
        List<NoisyRow> noisy = new ArrayList<>();
        int first = 0;
        for (int row = 0; row < partitions.size(); row++) {
            Row drafted = new Row(batch.clean(), row, partitions.get(row), batch.noisy().get(row));
            drafted.draft(proposed, first, random);
            laid.add(drafted.slots.partition(partitions.get(row).blockTokens()));
            noisy.add(drafted.slots.noisy());
            first += partitions.get(row).slots();
        }
        return new NoisyBatch(batch.clean(), laid, noisy);
    }

    /** One row of a batch. */
    private final class Row {
        private final Batch clean;
        private final int row;
        private final BlockPartition partition;
        private final NoisyRow before;
        private final SlotList slots = new SlotList();

        Row(Batch clean, int row, BlockPartition partition, NoisyRow before) {
            this.clean = clean;
            this.row = row;
            this.partition = partition;
            this.before = before;
        }

        /**
         * @param proposed for all slots of the batch
         * @param first of them that is this row's
         */
        void draft(Choice proposed, int first, RandomGenerator random) {
            for (int start = 0; start < partition.slots(); ) {
                int end = partition.blockEnd(start);
                int from = firstError(proposed.ids(), first, start, end) + 1;
                boolean chosen = random.nextDouble() < share;
                if (chosen && from < end && !partition.beyondEnd()[from]) {
                    double threshold = random.nextDouble(LOWEST_THRESHOLD, 1);
                    keepOn(proposed, first, from, end, threshold);
                    fillUp(end, from - start);
                } else {
                    copy(start, end);
                }
                slots.endBlock();
                start = end;
            }
        }

        /** Slot of a block whose proposal is not its text; the block's end if there is none. */
        private int firstError(int[] ids, int first, int start, int end) {
            int slot = start;
            while (slot < end
                    && !partition.beyondEnd()[slot]
                    && ids[first + slot] == clean.tokens()[row][partition.positions()[slot]]) {
                slot++;
            }
            return slot;
        }

        /** What is proposed and sure, up to an end of text. */
        private void keepOn(Choice proposed, int first, int from, int end, double threshold) {
            boolean ended = false;
            for (int slot = from; slot < end; slot++) {
                int id = proposed.ids()[first + slot];
                boolean shown = !ended && proposed.confidences()[first + slot] >= threshold;
                ended |= id == documentEnd;
                boolean beyond = partition.beyondEnd()[slot];
                slots.add(partition.positions()[slot], beyond, shown ? id : mask, beyond ? 0 : 1);
            }
        }

        /** As many slots as the block lost at its beginning, or as the text goes on for. */
        private void fillUp(int end, int lost) {
            int last = partition.positions()[end - 1];
            boolean over = partition.beyondEnd()[end - 1] || isEnd(last);
            int more = 0;
            while (more < lost && (over || follows(end + more))) {
                over |= isEnd(last + ++more);
            }
            boolean beyond = partition.beyondEnd()[end - 1] || isEnd(last);
            int[] draft =
                    beyond || drafts == null ? null : drafts.draft(clean, row, last, more + 1);
            for (int i = 1; i <= more; i++) {
                int id = draft == null || beyond ? mask : draft[i];
                slots.add(last + i, beyond, id, beyond ? 0 : 1);
                beyond |= isEnd(last + i);
            }
        }

        private boolean isEnd(int position) {
            int[] tokens = clean.tokens()[row];
            return position < tokens.length && tokens[position] == documentEnd;
        }

        private boolean follows(int slot) {
            return slot < partition.slots()
                    && partition.positions()[slot] == partition.positions()[slot - 1] + 1;
        }

        private void copy(int start, int end) {
            for (int slot = start; slot < end; slot++) {
                slots.add(
                        partition.positions()[slot],
                        partition.beyondEnd()[slot],
                        before.tokens()[slot],
                        before.weights()[slot]);
            }
        }
    }
}
