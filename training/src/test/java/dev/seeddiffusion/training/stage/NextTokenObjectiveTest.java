package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.training.stage.Batches.END;
import static dev.seeddiffusion.training.stage.Batches.LENGTH;
import static dev.seeddiffusion.training.stage.Batches.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.data.Batch;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NextTokenObjectiveTest {

    private final Batch clean = Batches.promptsAndAnswers();
    private final TrainingBatch posed =
            new NextTokenObjective(END).pose(clean, Unasked.MODEL, new SplittableRandom(1));

    @Test
    void each_token_asked_for_is_predicted_by_the_one_before_it_and_nothing_else_is() {
        int scored = posed.rows().length;

        assertThat(posed.length()).isEqualTo(LENGTH);
        assertThat(scored).isEqualTo(AskedFor.tokens(clean));
        for (int i = 0; i < scored; i++) {
            int row = (int) posed.rows()[i] / LENGTH;
            int next = (int) posed.rows()[i] % LENGTH + 1;
            assertThat(clean.given()[row][next]).isFalse();
            assertThat(posed.targets()[i]).isEqualTo(clean.tokens()[row][next]);
            assertThat(posed.scales()[i]).as("diffusion").isZero();
            assertThat(posed.scales()[scored + i]).isEqualTo(1f / scored);
        }
    }

    @Test
    void a_token_sees_its_document_up_to_itself() {
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < LENGTH; i++) {
                boolean begins = clean.tokens()[row][i] == END;
                int start = begins ? i : clean.documentStart()[row][i];
                for (int j = 0; j < LENGTH; j++) {
                    assertThat(posed.visible()[(row * LENGTH + i) * LENGTH + j])
                            .isEqualTo((byte) (j >= start && j <= i ? 1 : 0));
                }
            }
        }
    }
}
