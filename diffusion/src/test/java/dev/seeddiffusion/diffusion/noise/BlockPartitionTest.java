package dev.seeddiffusion.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.noise.BlockPartition.Segment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockPartitionTest {

    private static final int BLOCK = 8;
    private static final long SEEDS = 200;

    @Test
    void what_is_asked_for_has_one_slot_each_and_what_is_given_none() {
        for (long seed = 0; seed < SEEDS; seed++) {
            BlockPartition partition =
                    partition(seed, new Segment(3, 20, true), new Segment(25, 60, false));

            int[] inText =
                    IntStream.range(0, partition.slots())
                            .filter(slot -> !partition.beyondEnd()[slot])
                            .map(slot -> partition.positions()[slot])
                            .toArray();
            assertThat(inText)
                    .containsExactly(
                            IntStream.concat(IntStream.range(3, 20), IntStream.range(25, 60))
                                    .toArray());
        }
    }

    @Test
    void blocks_are_full_but_for_a_segments_first_and_the_rows_last() {
        for (long seed = 0; seed < SEEDS; seed++) {
            BlockPartition partition =
                    partition(seed, new Segment(1, 38, true), new Segment(41, 100, false));
            int[] lengths = lengths(partition);
            int second = partition.blockOf()[slotAt(partition, 41)];

            assertThat(lengths).hasSize(partition.blocks());
            for (int block = 0; block < lengths.length; block++) {
                if (block == 0 || block == second || block == lengths.length - 1) {
                    assertThat(lengths[block]).isBetween(1, BLOCK);
                } else {
                    assertThat(lengths[block]).isEqualTo(BLOCK);
                }
            }
        }
    }

    @Test
    void the_last_block_of_a_document_runs_on_beyond_its_end() {
        for (long seed = 0; seed < SEEDS; seed++) {
            BlockPartition partition = partition(seed, new Segment(5, 31, true));

            assertThat(lengths(partition)[partition.blocks() - 1]).isEqualTo(BLOCK);
            for (int slot = 0; slot < partition.slots(); slot++) {
                assertThat(partition.positions()[slot]).isEqualTo(5 + slot);
                assertThat(partition.beyondEnd()[slot]).isEqualTo(5 + slot >= 31);
            }
        }
    }

    @Test
    void a_segment_that_fits_into_its_first_block_fills_what_that_has() {
        Set<Integer> slots = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            BlockPartition partition = partition(seed, new Segment(5, 7, true));
            slots.add(partition.slots());
            assertThat(partition.beyondEnd()).startsWith(false, false);
        }
        // Shortened to one token, the second token begins a full block of its own.
        assertThat(slots).containsExactlyInAnyOrder(2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void what_the_rows_end_cuts_off_is_not_run_beyond() {
        for (long seed = 0; seed < SEEDS; seed++) {
            BlockPartition partition = partition(seed, new Segment(5, 31, false));

            assertThat(partition.slots()).isEqualTo(26);
            assertThat(partition.beyondEnd()).containsOnly(false);
        }
    }

    @Test
    void a_block_ends_before_the_next_ones_first_slot_whichever_slot_is_asked() {
        for (long seed = 0; seed < SEEDS; seed++) {
            BlockPartition partition =
                    partition(seed, new Segment(3, 20, true), new Segment(25, 40, false));
            for (int slot = 0; slot < partition.slots(); slot++) {
                int end = partition.blockEnd(slot);
                assertThat(end).isGreaterThan(slot);
                assertThat(partition.blockOf()[end - 1]).isEqualTo(partition.blockOf()[slot]);
                if (end < partition.slots()) {
                    assertThat(partition.blockOf()[end]).isEqualTo(partition.blockOf()[slot] + 1);
                }
            }
        }
    }

    @Test
    void no_block_spans_two_segments() {
        for (long seed = 0; seed < SEEDS; seed++) {
            BlockPartition partition =
                    partition(seed, new Segment(1, 12, false), new Segment(12, 30, true));

            int second = partition.blockOf()[slotAt(partition, 12)];
            assertThat(partition.blockOf()[slotAt(partition, 11)]).isEqualTo(second - 1);
            assertThat(partition.blockOf()).isSorted();
        }
    }

    @Test
    void a_block_may_begin_anywhere_and_half_of_the_first_ones_are_full() {
        int trials = 8_000;
        SplittableRandom random = new SplittableRandom(1);
        int[] counts = new int[BLOCK + 1];
        for (int i = 0; i < trials; i++) {
            counts[
                    lengths(BlockPartition.of(List.of(new Segment(1, 100, false)), BLOCK, random))[
                            0]]++;
        }
        double shortened = 0.5 / BLOCK; // the other half is spread over all lengths
        for (int length = 1; length <= BLOCK; length++) {
            double expected = length == BLOCK ? 0.5 + shortened : shortened;
            double standardError = Math.sqrt(expected * (1 - expected) / trials);
            assertThat(counts[length] / (double) trials)
                    .as("first blocks of %d", length)
                    .isCloseTo(expected, within(5 * standardError));
        }
    }

    @Test
    void where_nothing_is_asked_for_there_is_no_slot_and_no_block() {
        BlockPartition partition = partition(1);

        assertThat(partition.slots()).isZero();
        assertThat(partition.blocks()).isZero();
    }

    @Test
    void equal_chance_gives_equal_partitions() {
        Segment segment = new Segment(5, 31, true);

        assertThat(partition(4, segment))
                .usingRecursiveComparison()
                .isEqualTo(partition(4, segment));
    }

    private static BlockPartition partition(long seed, Segment... segments) {
        return BlockPartition.of(List.of(segments), BLOCK, new SplittableRandom(seed));
    }

    private static int[] lengths(BlockPartition partition) {
        int[] lengths = new int[partition.blocks()];
        Arrays.stream(partition.blockOf()).forEach(block -> lengths[block]++);
        return lengths;
    }

    /** The first slot that is not beyond the end, for a position may have another one that is. */
    private static int slotAt(BlockPartition partition, int position) {
        return IntStream.range(0, partition.slots())
                .filter(slot -> partition.positions()[slot] == position)
                .filter(slot -> !partition.beyondEnd()[slot])
                .findFirst()
                .orElseThrow();
    }
}
