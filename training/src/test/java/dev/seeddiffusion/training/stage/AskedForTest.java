package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.noise.BlockPartition.Segment;
import dev.seeddiffusion.training.data.Batch;
import org.junit.jupiter.api.Test;

class AskedForTest {

    @Test
    void a_segment_is_what_one_document_asks_for() {
        Batch batch = Batches.promptsAndAnswers();

        assertThat(AskedFor.segments(batch, 0, Batches.END))
                .containsExactly(
                        new Segment(6, 21, true),
                        new Segment(31, 41, true),
                        new Segment(44, 64, false));
        assertThat(AskedFor.tokens(batch)).isEqualTo((15 + 10 + 20) * 4 + 2 * (1 + 2 + 3));
    }

    @Test
    void documents_that_give_nothing_are_segments_side_by_side() {
        Batch batch =
                new Batch(
                        new int[][] {{0, 5, 0, 6, 7, 0}},
                        new int[][] {{0, 0, 0, 1, 1, 1}},
                        new int[][] {{0, 0, 0, 2, 2, 2}},
                        new boolean[][] {{true, false, false, false, false, false}});

        assertThat(AskedFor.segments(batch, 0, 0))
                .containsExactly(new Segment(1, 3, true), new Segment(3, 6, true));
    }

    @Test
    void a_row_that_only_gives_has_no_segment() {
        Batch batch =
                new Batch(
                        new int[][] {{0, 5, 6}},
                        new int[1][3],
                        new int[1][3],
                        new boolean[][] {{true, true, true}});

        assertThat(AskedFor.segments(batch, 0, 0)).isEmpty();
        assertThat(AskedFor.tokens(batch)).isZero();
    }
}
