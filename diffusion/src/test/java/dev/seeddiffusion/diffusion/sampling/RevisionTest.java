package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Placed tokens that are replaced, on a model that errs where it is told to. */
class RevisionTest {

    private static final int BLOCK = 8;
    private static final int WRONG = 40;
    private static final int OTHER = 41;

    /** Surest where the canvas begins, so that a policy that counts places from left to right. */
    private static final ScriptedTransformer.Confidence LEFT_FIRST =
            (_, before) -> 0.97f - before / 99f;

    @TempDir private Path folder;
    private CodeTokenizer tokenizer;

    /** Positions of the first two blocks. */
    private int first;

    private int second;

    @BeforeEach
    void open() throws IOException {
        tokenizer = TinyCheckpoint.tokenizer(folder);
        Trajectory plain = run(model(), settings(2, null), new int[0]).trajectory;
        first = plain.blocks().getFirst().firstPosition();
        second = first + BLOCK;
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void a_wrong_token_is_replaced_once_the_model_is_sure_of_another() {
        Run run = run(erringAtFirst(), settings(2, 0.95), new int[0]);

        assertThat(run.ids).isEqualTo(document(first, second));
        assertThat(run.tokens.getFirst().revisions()).isEqualTo(1);
        assertThat(run.tokens.getFirst().step())
                .as("placed by the first step of the block, revised by the second")
                .isEqualTo(run.tokens.get(2).step());
        assertThat(run.tokens.subList(1, BLOCK))
                .extracting(PlacedToken::revisions)
                .containsOnly(0);
        assertThat(run.trajectory.steps()).as("steps of two tokens").isEqualTo(BLOCK / 2);
    }

    @Test
    void placed_tokens_stay_where_revision_is_off_or_the_model_not_sure_enough() {
        for (Double threshold : Arrays.asList(null, 0.98)) {
            Run run = run(erringAtFirst(), settings(2, threshold), new int[0]);

            assertThat(run.ids[0]).isEqualTo(WRONG);
            assertThat(run.tokens).extracting(PlacedToken::revisions).containsOnly(0);
        }
    }

    @Test
    void a_position_is_revised_a_bounded_number_of_times() {
        ScriptedTransformer undecided =
                model().erring(
                                (position, masks, right) ->
                                        position == first
                                                ? masks % 2 == 0 ? WRONG : OTHER
                                                : right);

        Run run = run(undecided, settings(1, 0.95), new int[0]);

        assertThat(run.trajectory.steps()).isEqualTo(BLOCK);
        assertThat(run.tokens.getFirst().revisions()).isEqualTo(Denoising.MOST_REVISIONS);
        assertThat(run.ids[0]).as("placed, replaced, and replaced again").isEqualTo(WRONG);
    }

    @Test
    void the_step_that_places_the_last_tokens_revises_as_well() {
        ScriptedTransformer late =
                model().erring(
                                (position, masks, right) ->
                                        position == first && masks > 2 ? WRONG : right);

        Run run = run(late, settings(2, 0.95), new int[0]);

        assertThat(run.ids).isEqualTo(document(first, second));
        assertThat(run.tokens.getFirst().step()).isEqualTo(run.tokens.getLast().step());
        assertThat(run.trajectory.steps()).isEqualTo(BLOCK / 2);
    }

    @Test
    void an_end_of_text_that_was_placed_too_early_may_be_revised() {
        ScriptedTransformer.Confidence fourthFirst =
                (position, before) ->
                        position == first + 3 ? 0.99f : LEFT_FIRST.at(position, before);
        ScriptedTransformer hasty =
                ScriptedTransformer.knowing(TinyCheckpoint.SOURCE, tokenizer, fourthFirst)
                        .erring(
                                (position, masks, right) ->
                                        position == first + 3 && masks == BLOCK
                                                ? tokenizer.documentEnd()
                                                : right);

        Run run = run(hasty, settings(2, 0.95), new int[0]);

        assertThat(run.trajectory.blocks().getFirst().canvases().get(1)[3])
                .isEqualTo(tokenizer.documentEnd());
        assertThat(run.ids).isEqualTo(document(first, second));
    }

    @Test
    void given_tokens_cost_a_forward_a_block_and_only_what_is_wrong_changes() {
        int[] given = document(first, second + BLOCK);
        given[2] = WRONG;
        given[BLOCK] = WRONG;

        Run run = run(model(), settings(1, 0.95).maxTokens(2 * BLOCK), given);

        assertThat(run.ids).isEqualTo(document(first, second + BLOCK));
        assertThat(run.trajectory.steps()).isEqualTo(2);
        assertThat(run.trajectory.blocks().getFirst().canvases().getFirst())
                .isEqualTo(Arrays.copyOf(given, BLOCK));
        assertThat(run.tokens.get(2).revisions()).isEqualTo(1);
        assertThat(run.tokens.get(3)).isEqualTo(new PlacedToken(given[3], 0, 1, 0));
        assertThat(run.trajectory.blocks().getFirst().steps())
                .containsExactly(-1, -1, 0, -1, -1, -1, -1, -1);
    }

    @ParameterizedTest(name = "{0} given")
    @ValueSource(ints = {0, 3, 8, 11})
    void masks_among_given_tokens_and_after_them_are_filled(int count) {
        int[] given = document(first, first + count);
        if (count > 1) {
            given[1] = tokenizer.mask();
        }

        Run run = run(model(), settings(1, null).maxTokens(2 * BLOCK), given);

        assertThat(run.ids).isEqualTo(document(first, second + BLOCK));
        assertThat(run.tokens).filteredOn(token -> token.step() == 0).hasSize(count - (count > 1 ? 1 : 0));
    }

    @Test
    void a_given_id_that_is_no_token_is_refused() {
        assertThatThrownBy(() -> run(model(), settings(1, null), new int[] {9_999}))
                .hasMessageContaining("9999 is given");
    }
}
