package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EditedTextTest {
    private static final int FILL = 1;

    private final EditedText text =
            new EditedText(new int[] {10, 11, 12, 13, 10, 11, 14, 15, 16, 17});

    @Test
    void an_output_begins_as_its_text_does() {
        assertThat(text.next(new int[0], 4, FILL)).containsExactly(10, 11, 12, 13);
    }

    @Test
    void it_goes_on_where_the_text_says_what_was_written_last() {
        assertThat(text.next(new int[] {10, 11, 12, 99, 13}, 3, FILL)).containsExactly(10, 11, 14);
        assertThat(text.next(new int[] {10, 11, 12, 99, 98, 97, 13, 10, 11}, 2, FILL))
                .containsExactly(14, 15);
        assertThat(text.next(new int[] {10, 14}, 2, FILL)).containsExactly(15, 16);
    }

    @Test
    void of_equal_places_the_nearest_counts() {
        assertThat(text.next(new int[] {50, 10, 11}, 1, FILL)).containsExactly(12);
        assertThat(text.next(new int[] {50, 51, 52, 53, 10, 11}, 1, FILL)).containsExactly(14);
    }

    @Test
    void without_a_place_it_goes_on_as_far_as_has_been_written() {
        assertThat(text.next(new int[] {50, 51, 52}, 2, FILL)).containsExactly(13, 10);
    }

    @Test
    void beyond_the_text_it_offers_nothing() {
        assertThat(text.next(new int[] {15, 16}, 3, FILL)).containsExactly(17, FILL, FILL);
        assertThat(text.next(new int[30], 2, FILL)).containsExactly(FILL, FILL);
        assertThat(new EditedText(new int[0]).next(new int[] {3}, 1, FILL)).containsExactly(FILL);
    }
}
