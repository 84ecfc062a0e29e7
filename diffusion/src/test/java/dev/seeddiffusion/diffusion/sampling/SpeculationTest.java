package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.model.Choice;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SpeculationTest {
    private static final int END = 0;
    private static final int MASK = 1;
    private static final int[] NONE = {};

    private final Speculation speculation = new Speculation(MASK, END);

    @Test
    void nothing_is_believed_before_a_canvas_was_seen() {
        assertThat(speculation.guess(8)).isEmpty();
        assertThat(speculation.visible(8)).isEmpty();
        assertThat(speculation.ends()).isFalse();
    }

    @Test
    void a_right_guess_is_final_and_so_is_the_token_after_it() {
        int[] guess = {10, 11, 12};
        int kept = speculation.verify(guess, new int[] {10, 11, 12, 13}, sure(10, 11, 12, 13, 14));

        assertThat(kept).isEqualTo(4);
        assertThat(speculation.guess(8)).containsExactly(14);
    }

    @Test
    void the_first_error_is_replaced_and_the_canvas_behind_it_is_the_next_guess() {
        int[] guess = {10, 11, 12};
        int kept = speculation.verify(guess, new int[] {10, 99, 7, 7}, sure(10, 98, 20, 21, 22));

        assertThat(kept).isEqualTo(2);
        assertThat(speculation.guess(8)).containsExactly(20, 21, 22);
        assertThat(speculation.guess(2)).containsExactly(20, 21);
    }

    @Test
    void a_guess_ends_where_it_is_no_longer_likely_and_a_canvas_hides_what_is_not_sure() {
        speculation.verify(NONE, new int[] {9}, canvas(new float[] {1, 1, 0.3f, 1, 0.01f, 1}));

        assertThat(speculation.guess(8)).containsExactly(11, 12, 13);
        assertThat(speculation.visible(8)).containsExactly(11, MASK, 13, MASK, 15);
        assertThat(speculation.ahead()).containsExactly(11, 12, 13, 14, 15);
    }

    @Test
    void nothing_is_believed_behind_an_end_of_text() {
        speculation.verify(NONE, new int[] {9}, sure(9, 11, END, 12, 13));

        assertThat(speculation.ends()).isTrue();
        assertThat(speculation.guess(8)).containsExactly(11, END);
    }

    @Test
    void a_canvas_that_is_used_up_leaves_nothing() {
        int kept = speculation.verify(new int[] {10, 11}, new int[] {10, 11, 12}, sure(10, 11));

        assertThat(kept).isEqualTo(3);
        assertThat(speculation.ahead()).isEmpty();
    }

    private static Choice sure(int... ids) {
        float[] confidences = new float[ids.length];
        Arrays.fill(confidences, 1);
        return new Choice(ids, confidences);
    }

    /** Tokens 10, 11, … */
    private static Choice canvas(float[] confidences) {
        int[] ids = new int[confidences.length];
        Arrays.setAll(ids, i -> 10 + i);
        return new Choice(ids, confidences);
    }
}
