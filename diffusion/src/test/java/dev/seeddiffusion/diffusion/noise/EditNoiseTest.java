package dev.seeddiffusion.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.diffusion.noise.BlockPartition.Segment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EditNoiseTest {

    private static final int END = 0;
    private static final int MASK = 1;
    private static final int LENGTH = 257;
    private static final int[] CLEAN = IntStream.range(10, 10 + LENGTH).toArray();
    private static final List<Segment> ASKED_FOR =
            List.of(new Segment(20, 111, true), new Segment(130, LENGTH, false));
    private static final Set<EditOperation> ALL = EnumSet.allOf(EditOperation.class);

    @Test
    void half_of_the_blocks_are_masked_and_a_quarter_each_edited_clean_or_masked() {
        EditNoise noise = noise(EnumSet.of(EditOperation.SUBSTITUTION));
        RandomGenerator random = new SplittableRandom(1);
        int blocks = 0;
        int masked = 0;
        int editedClean = 0;
        for (int round = 0; round < 1_000; round++) {
            BlockPartition partition = BlockPartition.of(ASKED_FOR, 32, random);
            NoisyRow noisy = noise.corrupt(CLEAN, partition, levels(partition, 0.5), random);
            for (int first = 0; first < partition.slots(); first = partition.blockEnd(first)) {
                int end = partition.blockEnd(first);
                if (end - first < 32 || partition.beyondEnd()[end - 17]) {
                    continue; // too short to tell masks by chance from masks on purpose
                }
                blocks++;
                if (Arrays.stream(noisy.weights(), first, end).anyMatch(weight -> weight == 2)) {
                    masked++;
                } else if (IntStream.range(first, end)
                        .filter(slot -> !partition.beyondEnd()[slot])
                        .allMatch(slot -> noisy.tokens()[slot] != MASK)) {
                    editedClean++;
                }
            }
        }
        assertThat((double) masked / blocks)
                .isCloseTo(0.5, within(5 * Math.sqrt(0.5 * 0.5 / blocks)));
        assertThat((double) editedClean / blocks)
                .isCloseTo(0.25, within(5 * Math.sqrt(0.25 * 0.75 / blocks)));
    }

    @ParameterizedTest(name = "t = {0}")
    @ValueSource(doubles = {0.05, 0.5, 1})
    void a_block_is_scored_at_its_masks_or_at_all_of_its_text_and_never_beyond_the_end(double t) {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            BlockPartition partition = BlockPartition.of(ASKED_FOR, 16, random);
            NoisyRow noisy = noise(ALL).corrupt(CLEAN, partition, levels(partition, t), random);
            for (int first = 0; first < partition.slots(); first = partition.blockEnd(first)) {
                int[] text =
                        IntStream.range(first, partition.blockEnd(first))
                                .filter(slot -> !partition.beyondEnd()[slot])
                                .toArray();
                boolean all = IntStream.of(text).allMatch(slot -> noisy.weights()[slot] == 1);
                for (int slot : text) {
                    double weight = noisy.weights()[slot];
                    if (!all) {
                        boolean isMasked = noisy.tokens()[slot] == MASK;
                        assertThat(weight).isEqualTo(isMasked ? 1 / Math.max(t, 1 / 16.0) : 0);
                    }
                }
                IntStream.range(first, partition.blockEnd(first))
                        .filter(slot -> partition.beyondEnd()[slot])
                        .forEach(slot -> assertThat(noisy.weights()[slot]).isZero());
            }
        }
    }

    @Test
    void what_an_insertion_pushes_out_is_lost_and_what_a_deletion_leaves_free_is_masked() {
        BlockPartition block = block(20);
        int pushed = 0;
        int freed = 0;
        for (long seed = 0; seed < 400; seed++) {
            int[] inserted = corrupted(EditOperation.INSERTION, block, seed);
            int[] deleted = corrupted(EditOperation.DELETION, block, seed);
            assertThat(inserted).hasSize(20);
            assertThat(deleted).hasSize(20);
            if (!contains(inserted, MASK)) {
                int foreign = foreign(inserted);
                assertThat(foreign).isBetween(0, 2);
                pushed += foreign == 2 ? 1 : 0;
            }
            if (deleted[17] != MASK && deleted[18] == MASK && deleted[19] == MASK) {
                int[] kept = Arrays.copyOf(deleted, 18);
                assertThat(kept).isSorted().doesNotHaveDuplicates();
                freed++;
            }
        }
        assertThat(pushed).isGreaterThan(50); // a quarter of 400, two insertions each
        assertThat(freed).isGreaterThan(50);
    }

    @Test
    void substitution_alone_keeps_every_other_token_in_its_place() {
        BlockPartition block = block(40);
        int edited = 0;
        for (long seed = 0; seed < 400; seed++) {
            int[] tokens = corrupted(EditOperation.SUBSTITUTION, block, seed);
            if (!contains(tokens, MASK)) {
                long differing =
                        IntStream.range(0, 40).filter(i -> tokens[i] != CLEAN[20 + i]).count();
                assertThat(differing).isBetween(0L, 4L);
                edited++;
            }
        }
        assertThat(edited).isGreaterThan(50);
    }

    @Test
    void equal_seeds_give_equal_noise_and_others_another() {
        assertThat(seeded(7)).usingRecursiveComparison().isEqualTo(seeded(7));
        assertThat(seeded(8).tokens()).isNotEqualTo(seeded(7).tokens());
    }

    private static NoisyRow seeded(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        BlockPartition partition = BlockPartition.of(ASKED_FOR, 16, random);
        double[] levels = NoiseLevels.spread(partition.blocks(), random);
        return noise(ALL).corrupt(CLEAN, partition, levels, random);
    }

    private static EditNoise noise(Set<EditOperation> operations) {
        return new EditNoise(MASK, new TokenEdits(MASK, END, 10_000, operations));
    }

    /** One block, all of it text, from position 20 on. */
    private static BlockPartition block(int tokens) {
        return new BlockPartition(
                IntStream.range(20, 20 + tokens).toArray(),
                new int[tokens],
                new boolean[tokens],
                1,
                tokens);
    }

    private static int[] corrupted(EditOperation operation, BlockPartition block, long seed) {
        return noise(EnumSet.of(operation))
                .corrupt(CLEAN, block, new double[] {1}, new SplittableRandom(seed))
                .tokens();
    }

    /** Tokens that are not the next one of the clean text from position 20 on. */
    private static int foreign(int[] tokens) {
        int next = 20;
        for (int token : tokens) {
            next += token == CLEAN[next] ? 1 : 0;
        }
        return tokens.length - (next - 20);
    }

    private static boolean contains(int[] tokens, int token) {
        return Arrays.stream(tokens).anyMatch(other -> other == token);
    }

    private static double[] levels(BlockPartition partition, double t) {
        double[] levels = new double[partition.blocks()];
        Arrays.fill(levels, t);
        return levels;
    }
}
