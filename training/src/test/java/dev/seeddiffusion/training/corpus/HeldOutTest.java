package dev.seeddiffusion.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutTest {
    private final HeldOut heldOut = new HeldOut(0.01);

    @Test
    void the_choice_never_changes() {
        int[] chosen = IntStream.range(0, 500).filter(i -> heldOut.contains(function(i))).toArray();

        assertThat(chosen).containsExactly(40, 114, 164, 295); // as first released
    }

    @Test
    void holds_out_about_its_share() {
        long chosen = IntStream.range(0, 20_000).filter(i -> heldOut.contains(function(i))).count();

        assertThat(chosen).isBetween(130L, 270L); // 200, five standard errors
    }

    @Test
    void copies_with_another_layout_source_and_docstring_field_go_the_same_way() {
        for (int i = 0; i < 500; i++) {
            SourceFunction original = function(i);
            String code = original.code().replace("    ", "\t").replace(" + ", "+") + "\n\n";
            SourceFunction copy = new SourceFunction("elsewhere", "g", "Other.", code);

            assertThat(heldOut.contains(copy)).isEqualTo(heldOut.contains(original));
        }
    }

    @Test
    void a_share_of_0_holds_out_nothing_and_of_1_everything() {
        assertThat(new HeldOut(0).contains(function(40))).isFalse();
        assertThat(new HeldOut(1).contains(function(1))).isTrue();
    }

    @Test
    void a_share_beyond_1_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeldOut(1.5))
                .withMessageContaining("1.5");
    }

    private static SourceFunction function(int i) {
        return new SourceFunction("test", "f", "", "def f(x):\n    return x + " + i + "\n");
    }
}
