package dev.seeddiffusion.training.trajectory;

import static dev.seeddiffusion.training.trajectory.Samples.END;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.training.grammar.GeneratedFunction;
import dev.seeddiffusion.training.suite.TaskKind;
import dev.seeddiffusion.training.task.Example;
import dev.seeddiffusion.training.trajectory.Samples.Block;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifierTest {

    private static final Example TASK =
            new Example(
                    TaskKind.COMPLETION,
                    new GeneratedFunction(
                            "f", List.of("int"), "def f(x):\n", "    return x\n", List.of()),
                    "def f(x):\n",
                    null,
                    "    return x\n",
                    List.of(),
                    List.of());

    @Test
    void likelihood_is_the_geometric_mean_over_what_was_written_however_long_the_prompt()
            throws Exception {
        for (int promptTokens : new int[] {1, 10, 100}) {
            Sample sample =
                    Samples.of(
                            0,
                            new int[promptTokens],
                            0,
                            Block.of(new int[] {5, 6}, 0, 1).sure(0.5),
                            Block.of(new int[] {7, END}, 0, 1).sure(0.125).in(4));

            assertThat(Verifier.byLikelihood().value(TASK, "", sample.trajectory()))
                    .isCloseTo(0.25, within(1e-6));
        }
    }
}
