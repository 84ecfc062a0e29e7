package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Placed tokens that are replaced, by a model that errs where it is told to. */
class RevisionTest {

    private static final int BLOCK = 8;

    /** Position of the first block. */
    private static final int START = 20;

    private static final int WRONG = 40;
    private static final int OTHER = 41;
    private static final int[] NONE = {};

    /** Surest where the canvas begins, so that a policy that counts places from left to right. */
    private static final ScriptedTransformer.Confidence LEFT_FIRST =
            (_, before) -> 0.97f - before / 99f;

    @TempDir private Path folder;
    private CodeTokenizer tokenizer;

    @BeforeEach
    void open() throws IOException {
        tokenizer = TinyCheckpoint.tokenizer(folder);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void a_wrong_token_is_replaced_once_the_model_is_sure_of_another() {
        List<PlacedToken> tokens = run(erringAtFirst(), 2, 0.95, BLOCK, NONE);

        assertThat(ids(tokens)).isEqualTo(output(BLOCK));
        assertThat(tokens.getFirst().revisions()).isEqualTo(1);
        assertThat(tokens).extracting(PlacedToken::step).containsExactly(2, 1, 2, 2, 3, 3, 4, 4);
        assertThat(tokens.subList(1, BLOCK)).extracting(PlacedToken::revisions).containsOnly(0);
    }

    @Test
    void placed_tokens_stay_where_revision_is_off_or_the_model_not_sure_enough() {
        for (Double threshold : Arrays.asList(null, 0.98)) {
            List<PlacedToken> tokens = run(erringAtFirst(), 2, threshold, BLOCK, NONE);

            assertThat(tokens.getFirst().id()).isEqualTo(WRONG);
            assertThat(tokens).extracting(PlacedToken::revisions).containsOnly(0);
        }
    }

    @Test
    void a_position_is_revised_a_bounded_number_of_times() {
        ScriptedTransformer undecided =
                erring((masks, right) -> masks % 2 == 0 ? WRONG : OTHER, LEFT_FIRST);

        List<PlacedToken> tokens = run(undecided, 1, 0.95, BLOCK, NONE);

        assertThat(tokens.getFirst())
                .as("placed in step 1, replaced in steps 2 and 3, kept from then on")
                .isEqualTo(new PlacedToken(WRONG, 3, 0.97f, Denoising.MOST_REVISIONS));
        assertThat(tokens.getLast().step()).isEqualTo(BLOCK);
    }

    @Test
    void the_step_that_places_the_last_tokens_revises_as_well() {
        ScriptedTransformer late = erring((masks, right) -> masks > 2 ? WRONG : right, LEFT_FIRST);

        List<PlacedToken> tokens = run(late, 2, 0.95, BLOCK, NONE);

        assertThat(ids(tokens)).isEqualTo(output(BLOCK));
        assertThat(tokens).extracting(PlacedToken::step).containsExactly(4, 1, 2, 2, 3, 3, 4, 4);
    }

    @Test
    void an_end_of_text_that_was_placed_too_early_may_be_revised() {
        ScriptedTransformer hasty =
                model(
                                (position, before) ->
                                        position == START + 3
                                                ? 0.99f
                                                : LEFT_FIRST.at(position, before))
                        .erring(
                                (position, masks, right) ->
                                        position == START + 3 && masks == BLOCK
                                                ? tokenizer.documentEnd()
                                                : right);

        List<PlacedToken> tokens = run(hasty, 2, 0.95, BLOCK, NONE);

        assertThat(ids(tokens)).isEqualTo(output(BLOCK));
        assertThat(tokens.get(3).revisions()).isEqualTo(1);
        assertThat(tokens).extracting(PlacedToken::step).containsExactly(1, 2, 2, 2, 3, 3, 4, 4);
    }

    @Test
    void given_tokens_cost_a_forward_a_block_and_only_what_is_wrong_changes() {
        int[] given = output(2 * BLOCK);
        given[2] = WRONG;
        given[BLOCK] = WRONG;
        ScriptedTransformer model = model(LEFT_FIRST);

        List<PlacedToken> tokens = run(model, 1, 0.95, 2 * BLOCK, given);

        assertThat(ids(tokens)).isEqualTo(output(2 * BLOCK));
        assertThat(model.calls).containsExactly("20+8", "8+8");
        assertThat(tokens.get(2)).isEqualTo(new PlacedToken(output(3)[2], 1, 0.97f, 1));
        assertThat(tokens.get(BLOCK).step()).isEqualTo(2);
        assertThat(tokens).filteredOn(token -> token.revisions() == 0).hasSize(2 * BLOCK - 2);
        assertThat(tokens.get(3)).isEqualTo(new PlacedToken(given[3], 0, 1, 0));
    }

    @ParameterizedTest(name = "{0} given")
    @ValueSource(ints = {2, 3, 8, 11, 40})
    void masks_among_given_tokens_and_after_them_are_filled(int count) {
        int[] given = output(count);
        given[1] = tokenizer.mask();

        List<PlacedToken> tokens = run(model(LEFT_FIRST), 1, null, 2 * BLOCK, given);

        assertThat(ids(tokens)).isEqualTo(output(2 * BLOCK));
        assertThat(tokens)
                .filteredOn(token -> token.step() == 0)
                .hasSize(Math.min(count, 2 * BLOCK) - 1);
    }

    @Test
    void a_given_id_that_is_no_token_is_refused() {
        assertThatThrownBy(() -> run(model(LEFT_FIRST), 1, null, BLOCK, new int[] {9_999}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9999 is given");
    }

    private ScriptedTransformer erringAtFirst() {
        return erring((masks, right) -> masks == BLOCK ? WRONG : right, LEFT_FIRST);
    }

    private interface FirstToken {
        int instead(int masks, int right);
    }

    /** Errs in the first token of the first block. */
    private ScriptedTransformer erring(
            FirstToken first, ScriptedTransformer.Confidence confidence) {
        return model(confidence)
                .erring(
                        (position, masks, right) ->
                                position == START ? first.instead(masks, right) : right);
    }

    private ScriptedTransformer model(ScriptedTransformer.Confidence confidence) {
        return ScriptedTransformer.knowing(TinyCheckpoint.SOURCE, tokenizer, confidence);
    }

    /** What the document says from the first block on. */
    private int[] output(int tokens) {
        return Arrays.copyOfRange(model(LEFT_FIRST).document(), START, START + tokens);
    }

    private List<PlacedToken> run(
            ScriptedTransformer model,
            int tokensAStep,
            @Nullable Double reviseThreshold,
            int maxTokens,
            int[] given) {
        Denoising denoising =
                new Denoising(BLOCK, UnmaskingPolicy.topK(tokensAStep), reviseThreshold);
        SamplingSettings settings = SamplingSettings.of(maxTokens, denoising);
        Sampler sampler = new Sampler(model, tokenizer);
        Prompt prompt = new Prompt(Arrays.copyOf(model.document(), START), new byte[0]);
        try (Generation generation =
                sampler.start(prompt, settings, sampler.cacheFor(prompt, settings), given)) {
            return Written.by(generation).tokens();
        }
    }

    private static int[] ids(List<PlacedToken> tokens) {
        return tokens.stream().mapToInt(PlacedToken::id).toArray();
    }
}
