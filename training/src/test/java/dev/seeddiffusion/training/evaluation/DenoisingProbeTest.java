package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.seeddiffusion.training.evaluation.DenoisingProbe.Findings;
import dev.seeddiffusion.training.evaluation.DenoisingProbe.Text;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DenoisingProbeTest {
    private static final int MASK = ScriptedModel.MASK;
    private static final int BLOCK_TOKENS = 16;
    private static final int GIVEN = 5;
    private static final int TEXTS = 50;

    /** Token ids from 2 on, between two ends; the last block of 100 tokens is not full. */
    private static final int[] DOCUMENT =
            IntStream.concat(
                            IntStream.concat(
                                    IntStream.of(0),
                                    IntStream.range(0, 103).map(i -> 2 + i * 7 % 40)),
                            IntStream.of(0))
                    .toArray();

    private static final int ASKED_FOR = DOCUMENT.length - GIVEN;

    @Test
    void what_is_always_right_or_always_wrong_is_over_or_underconfident_by_the_rest() {
        Findings right = probe(new ScriptedModel(DOCUMENT, (clean, _) -> clean, 0.75f));
        Findings wrong = probe(new ScriptedModel(DOCUMENT, (clean, _) -> clean + 1, 0.6f));

        assertThat(right.masked().accuracy()).isEqualTo(1);
        assertThat(right.masked().meanConfidence()).isCloseTo(0.75, within(1e-6));
        assertThat(right.masked().expectedError()).isCloseTo(0.25, within(1e-6));
        assertThat(wrong.masked().accuracy()).isZero();
        assertThat(wrong.masked().meanConfidence()).isCloseTo(0.6, within(1e-6));
        assertThat(wrong.masked().expectedError()).isCloseTo(0.6, within(1e-6));
        assertThat(wrong.masked().points()).hasSize(1);
    }

    @Test
    void levels_are_spread_over_all_so_half_of_the_tokens_are_masked() {
        Findings findings = probe(new ScriptedModel(DOCUMENT, (clean, _) -> clean, 1));

        assertThat(findings.blocks()).isEqualTo(TEXTS * Math.ceilDiv(ASKED_FOR, BLOCK_TOKENS));
        // At 5000 tokens less than a hundredth of standard error.
        assertThat(findings.masked().count() / (double) (TEXTS * ASKED_FOR))
                .isCloseTo(0.5, within(0.05));
    }

    @Test
    void a_model_that_knows_the_text_repairs_all_and_spoils_nothing() {
        Findings findings = probe(new ScriptedModel(DOCUMENT, (clean, _) -> clean, 0.9f));

        for (RepairRates rates : List.of(findings.unmasked(), findings.halfMasked())) {
            assertThat(rates.repaired()).isEqualTo(1);
            assertThat(rates.changed()).isZero();
            assertThat(rates.spoilt()).isZero();
        }
        long all = TEXTS * ASKED_FOR;
        assertThat(findings.unmasked().wrong() + findings.unmasked().right()).isEqualTo(all);
        assertThat(findings.unmasked().wrong() / (double) all).isCloseTo(0.1, within(0.03));
        long half = findings.halfMasked().wrong() + findings.halfMasked().right();
        assertThat(half / (double) all).isCloseTo(0.5, within(0.05));
        assertThat(findings.halfMasked().wrong() / (double) half).isCloseTo(0.1, within(0.03));
    }

    @Test
    void a_model_that_believes_what_it_sees_repairs_nothing_and_spoils_nothing() {
        RepairRates rates = probe(new ScriptedModel(DOCUMENT, (_, seen) -> seen, 0.99f)).unmasked();

        assertThat(rates.wrong()).isPositive();
        assertThat(rates.repaired()).isZero();
        assertThat(rates.changed()).isZero();
        assertThat(rates.spoilt()).isZero();
    }

    @Test
    void a_model_that_is_sure_of_another_token_changes_the_wrong_and_spoils_the_right() {
        RepairRates rates = probe(new ScriptedModel(DOCUMENT, (_, _) -> 45, 0.99f)).unmasked();

        assertThat(rates.repaired()).isZero();
        assertThat(rates.changed()).isEqualTo(1);
        assertThat(rates.spoilt()).isEqualTo(1);
    }

    @Test
    void below_the_threshold_nothing_is_revised() {
        Findings findings = probe(new ScriptedModel(DOCUMENT, (clean, _) -> clean, 0.89f));

        assertThat(findings.unmasked().repaired()).isZero();
        assertThat(findings.halfMasked().repaired()).isZero();
    }

    @Test
    void blocks_follow_their_clean_context_and_run_on_as_masks_beyond_the_end() {
        ScriptedModel model = new ScriptedModel(DOCUMENT, (clean, _) -> clean, 1);

        new DenoisingProbe(model, BLOCK_TOKENS, 0.9, substitutes())
                .over(List.of(new Text(DOCUMENT, GIVEN)));

        int blocks = Math.ceilDiv(ASKED_FOR, BLOCK_TOKENS);
        assertThat(model.canvases).hasSize(3 * blocks);
        assertThat(model.starts)
                .isEqualTo(
                        IntStream.range(0, 3 * blocks)
                                .mapToObj(i -> GIVEN + i / 3 * BLOCK_TOKENS)
                                .toList());
        int inLast = ASKED_FOR - (blocks - 1) * BLOCK_TOKENS;
        for (int[] canvas : model.canvases.subList(3 * blocks - 3, 3 * blocks)) {
            assertThat(canvas).hasSize(BLOCK_TOKENS);
            assertThat(Arrays.copyOfRange(canvas, inLast, BLOCK_TOKENS)).containsOnly(MASK);
        }
    }

    @Test
    void the_noise_is_the_same_whatever_the_model() {
        ScriptedModel one = new ScriptedModel(DOCUMENT, (clean, _) -> clean, 1);
        ScriptedModel other = new ScriptedModel(DOCUMENT, (_, _) -> 45, 0.1f);

        probe(one);
        probe(other);

        assertThat(one.canvases).usingRecursiveComparison().isEqualTo(other.canvases);
    }

    @Test
    void a_threshold_out_of_range_is_refused() {
        ScriptedModel model = new ScriptedModel(DOCUMENT, (clean, _) -> clean, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenoisingProbe(model, 16, 0, substitutes()))
                .withMessageContaining("16 and 0.0");
    }

    private static Findings probe(ScriptedModel model) {
        return new DenoisingProbe(model, BLOCK_TOKENS, 0.9f, substitutes())
                .over(IntStream.range(0, TEXTS).mapToObj(_ -> new Text(DOCUMENT, GIVEN)).toList());
    }

    private static int[] substitutes() {
        return IntStream.range(2, 44).toArray();
    }
}
