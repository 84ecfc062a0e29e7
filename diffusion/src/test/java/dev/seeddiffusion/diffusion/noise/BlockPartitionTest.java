package dev.seeddiffusion.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockPartitionTest {

    @Test
    void blocks_are_full_but_for_the_first_and_the_last() {
        for (long seed = 0; seed < 50; seed++) {
            BlockPartition partition = BlockPartition.of(100, 8, new SplittableRandom(seed));
            int[] lengths = new int[partition.blocks()];
            Arrays.stream(partition.blockOf()).skip(1).forEach(block -> lengths[block]++);
            assertThat(partition.blockOf()[0]).isEqualTo(-1);
            for (int i = 1; i < lengths.length - 1; i++) {
                assertThat(lengths[i]).isEqualTo(8);
            }
            assertThat(lengths[0]).isBetween(1, 8);
            assertThat(Arrays.stream(lengths).sum()).isEqualTo(99);
        }
    }

    @Test
    void a_block_may_begin_anywhere() {
        Set<Integer> firstLengths = new HashSet<>();
        for (long seed = 0; seed < 200; seed++) {
            BlockPartition partition = BlockPartition.of(100, 8, new SplittableRandom(seed));
            firstLengths.add(
                    (int) Arrays.stream(partition.blockOf()).filter(block -> block == 0).count());
        }
        assertThat(firstLengths).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
    }
}
