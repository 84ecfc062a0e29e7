package dev.seeddiffusion.diffusion.model;

import static dev.seeddiffusion.diffusion.model.LogitsAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the generated model must agree with: its definition, and itself in every other mode. */
class TransformerTest {
    private static final int[] NONE = {};

    private static final int MASK = TinyModels.CONFIG.mask();
    private static final double EXACT = 1e-4;

    private static TorchScriptTransformer model;
    private static EagerTransformer reference;

    @BeforeAll
    static void load() {
        model = TinyModels.random(7);
        reference = TinyModels.reference(7);
    }

    @AfterAll
    static void close() {
        model.close();
        reference.close();
    }

    @ParameterizedTest(name = "{0} clean, canvas of {1}")
    @CsvSource({"1,0", "9,0", "1,1", "5,8", "17,1", "40,32"})
    void the_generated_forward_is_the_definition(int clean, int canvas) {
        int[] tokens = TinyModels.tokens(clean, 1);
        int[] block = canvas(canvas);

        float[][] expected = referenceLogits(tokens, block);
        float[][] actual = fresh(tokens, block, 0);

        assertClose(actual, expected, 1e-3);
    }

    @ParameterizedTest(name = "{0} tokens in the cache")
    @ValueSource(ints = {1, 7, 63, 64, 65, 150})
    void a_block_against_cached_keys_and_values_is_a_full_recompute(int prefix) {
        int[] tokens = TinyModels.tokens(prefix, 2);
        int[] block = canvas(16);
        float[][] recomputed = fresh(tokens, block, prefix);

        try (KvCache cache = model.newCache(prefix + 16)) {
            forward(cache, tokens, new int[0], prefix - 1);
            assertClose(forward(cache, new int[0], block, 0), recomputed, EXACT);
            assertClose(forward(cache, new int[0], block, 0), recomputed, EXACT); // leaves no trace
        }
    }

    @ParameterizedTest(name = "prefill in pieces of {0}")
    @ValueSource(ints = {1, 3, 64})
    void a_prompt_may_be_read_in_pieces(int piece) {
        int[] tokens = TinyModels.tokens(100, 3);
        float[][] whole = fresh(tokens, new int[0], 99);

        try (KvCache cache = model.newCache(100)) {
            float[][] last = {};
            for (int from = 0; from < tokens.length; from += piece) {
                int[] part = Arrays.copyOfRange(tokens, from, Math.min(100, from + piece));
                last = forward(cache, part, new int[0], part.length - 1);
            }
            assertClose(last, whole, EXACT);
        }
    }

    @Test
    void committing_a_block_with_the_next_ones_first_step_is_committing_it_alone() {
        int[] prompt = TinyModels.tokens(10, 4);
        int[] block = TinyModels.tokens(8, 5);
        int[] next = canvas(8);
        try (KvCache alone = model.newCache(40);
                KvCache fused = model.newCache(40)) {
            forward(alone, prompt, new int[0], 9);
            forward(alone, block, new int[0], 7);
            float[][] expected = forward(alone, new int[0], next, 0);

            forward(fused, prompt, new int[0], 9);
            assertClose(forward(fused, block, next, block.length), expected, EXACT);
            assertThat(fused.length()).isEqualTo(alone.length());
        }
    }

    @ParameterizedTest(name = "canvas of {0}")
    @ValueSource(ints = {1, 4, 32})
    void the_autoregressive_logits_do_not_depend_on_the_block_behind_them(int canvas) {
        int[] tokens = TinyModels.tokens(20, 6);
        float[][] alone = fresh(tokens, new int[0], 0);

        float[][] beside = Arrays.copyOf(fresh(tokens, canvas(canvas), 0), 20);

        assertClose(beside, alone, EXACT);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Precision.class)
    void keys_and_values_that_travelled_as_bytes_give_the_same_logits(Precision precision) {
        try (TorchScriptTransformer transformer = TinyModels.random(precision, 8);
                KvCache here = transformer.newCache(200);
                KvCache there = transformer.newCache(200)) {
            int[] tokens = TinyModels.tokens(128, 7);
            transformer.forward(here, tokens, new int[0], 127).close();
            there.append(here.read(0, 64), 64);
            there.append(here.read(64, 64), 64);

            try (Logits expected = transformer.forward(here, new int[0], canvas(8), 0);
                    Logits actual = transformer.forward(there, new int[0], canvas(8), 0)) {
                assertThat(actual.toArray()).isEqualTo(expected.toArray());
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "F32")
    void what_is_narrower_stays_close_to_float32(Precision precision) {
        int[] tokens = TinyModels.tokens(30, 8);
        try (TorchScriptTransformer narrow = TinyModels.random(precision, 7);
                KvCache cache = narrow.newCache(38);
                Logits logits = narrow.forward(cache, tokens, canvas(8), 30)) {
            float[] exact = LogitsAssert.flat(fresh(tokens, canvas(8), 30));
            double error = 0;
            double size = 0;
            float[] actual = logits.toArray();
            for (int i = 0; i < exact.length; i++) {
                if (Float.isFinite(exact[i])) {
                    error += Math.pow(actual[i] - exact[i], 2);
                    size += Math.pow(exact[i], 2);
                }
            }
            assertThat(Math.sqrt(error / size)).isBetween(1e-6, 3e-2);
        }
    }

    @Test
    void the_mask_token_is_never_proposed() {
        try (KvCache cache = model.newCache(32);
                Logits logits = model.forward(cache, new int[0], canvas(32), 0)) {
            float[] uniforms = new float[32];
            for (int i = 0; i < uniforms.length; i++) {
                uniforms[i] = i / 32f;
            }
            assertThat(logits.likeliest().ids()).doesNotContain(MASK);
            assertThat(logits.sample(5, 1, uniforms).ids()).doesNotContain(MASK);
        }
    }

    @Test
    void entropies_and_margins_are_those_of_the_distributions() {
        try (KvCache cache = model.newCache(16);
                Logits logits = model.forward(cache, new int[0], canvas(16), 0)) {
            float[][] rows = LogitsAssert.rows(logits.toArray(), 16);
            float[] entropies = logits.entropies();
            float[] margins = logits.margins();
            for (int row = 0; row < 16; row++) {
                double sum = exponentials(rows[row]).sum();
                double[] ascending = exponentials(rows[row]).map(e -> e / sum).sorted().toArray();
                double entropy =
                        -Arrays.stream(ascending)
                                .filter(p -> p > 0)
                                .map(p -> p * Math.log(p))
                                .sum();
                int last = ascending.length - 1;
                assertThat(entropies[row]).isCloseTo((float) entropy, within(1e-4f));
                assertThat(margins[row])
                        .isCloseTo((float) (ascending[last] - ascending[last - 1]), within(1e-5f));
            }
            assertThat(entropies).hasSize(16);
            assertThat(margins).hasSize(16);
        }
    }

    private static DoubleStream exponentials(float[] logits) {
        return IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i]));
    }

    @Test
    void sequences_that_share_a_forward_do_not_see_each_other() {
        List<int[]> prompts =
                List.of(
                        TinyModels.tokens(10, 4),
                        TinyModels.tokens(3, 5),
                        TinyModels.tokens(30, 6));
        List<Forward> asked = new ArrayList<>();
        List<float[][]> expected = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            KvCache alone = model.newCache(60);
            KvCache together = model.newCache(60);
            forward(alone, prompts.get(i), NONE, 0);
            forward(together, prompts.get(i), NONE, 0);
            int[] clean = TinyModels.tokens(i == 1 ? 0 : 1 + 4 * i, 7);
            int[] canvas = i == 0 ? NONE : canvas(8 + i);
            int firstRow = i == 2 ? clean.length : 0;
            expected.add(forward(alone, clean, canvas, firstRow));
            asked.add(new Forward(together, clean, canvas, firstRow));
        }

        List<Logits> shared = model.forward(asked);

        for (int i = 0; i < prompts.size(); i++) {
            try (Logits logits = shared.get(i)) {
                float[][] rows = LogitsAssert.rows(logits.toArray(), logits.rows());
                assertClose(rows, expected.get(i), EXACT);
            }
            KvCache cache = asked.get(i).cache();
            assertThat(cache.length())
                    .isEqualTo(prompts.get(i).length + asked.get(i).clean().length);
            int[] next = TinyModels.tokens(1, 9);
            try (KvCache alone = model.newCache(60)) {
                forward(alone, prompts.get(i), NONE, 0);
                if (asked.get(i).clean().length > 0) {
                    forward(alone, asked.get(i).clean(), NONE, 0);
                }
                assertClose(forward(cache, next, NONE, 0), forward(alone, next, NONE, 0), EXACT);
            }
            cache.close();
        }
    }

    @Test
    void a_guess_and_the_canvas_in_its_place_do_not_see_each_other() {
        int[] prompt = TinyModels.tokens(11, 2);
        int[] clean = TinyModels.tokens(2, 3);
        int[] guess = TinyModels.tokens(5, 4);
        int[] canvas = canvas(8);
        int[] next = TinyModels.tokens(3, 5);
        try (KvCache cache = model.newCache(21);
                KvCache causal = model.newCache(40);
                KvCache denoising = model.newCache(40)) {
            for (KvCache each : List.of(cache, causal, denoising)) {
                forward(each, prompt, NONE, 0);
            }

            float[][] rows = rows(new Forward(cache, clean, guess, canvas, 1));

            int[] read = IntStream.concat(IntStream.of(clean), IntStream.of(guess)).toArray();
            assertClose(Arrays.copyOf(rows, 6), forward(causal, read, NONE, 1), EXACT);
            assertClose(
                    Arrays.copyOfRange(rows, 6, 14),
                    forward(denoising, clean, canvas, clean.length),
                    EXACT);
            assertThat(cache.length()).isEqualTo(18);
            assertClose(forward(cache, next, NONE, 0), forward(causal, next, NONE, 0), EXACT);
        }
    }

    @Test
    void what_was_read_can_be_forgotten() {
        int[] tokens = TinyModels.tokens(12, 3);
        try (KvCache cache = model.newCache(40);
                KvCache fresh = model.newCache(40)) {
            forward(cache, tokens, NONE, 0);
            cache.truncate(5);
            forward(fresh, Arrays.copyOf(tokens, 5), NONE, 0);

            int[] other = TinyModels.tokens(4, 8);
            assertClose(forward(cache, other, NONE, 0), forward(fresh, other, NONE, 0), EXACT);
            assertThat(cache.length()).isEqualTo(9);
            assertThatThrownBy(() -> cache.truncate(10)).hasMessageContaining("10 tokens");
        }
    }

    @Test
    void what_does_not_fit_is_refused() {
        try (KvCache cache = model.newCache(8)) {
            assertThatThrownBy(() -> model.forward(cache, new int[9], new int[0], 0))
                    .hasMessageContaining("do not fit into its 8");
            assertThatThrownBy(() -> model.forward(cache, new int[2], new int[0], 2))
                    .hasMessageContaining("row 2 of 2");
            Forward guess = new Forward(cache, NONE, new int[65], NONE, 0);
            assertThatThrownBy(() -> model.forward(guess))
                    .hasMessageContaining("longer than the 64");
            assertThatThrownBy(() -> model.newCache(10_000)).hasMessageContaining("context of 256");
        }
    }

    /** Clean tokens see causally; the canvas sees everything. */
    private static float[][] referenceLogits(int[] clean, int[] canvas) {
        int n = clean.length + canvas.length;
        boolean[][] visible = new boolean[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                visible[i][j] = i >= clean.length || j <= i;
            }
        }
        int[] ids = IntStream.concat(IntStream.of(clean), IntStream.of(canvas)).toArray();
        return reference.logits(ids, IntStream.range(0, n).toArray(), visible);
    }

    private static float[][] fresh(int[] clean, int[] canvas, int firstRow) {
        try (KvCache cache = model.newCache(clean.length + canvas.length)) {
            return forward(cache, clean, canvas, firstRow);
        }
    }

    private static float[][] forward(KvCache cache, int[] clean, int[] canvas, int firstRow) {
        return rows(new Forward(cache, clean, canvas, firstRow));
    }

    private static float[][] rows(Forward asked) {
        try (Logits logits = model.forward(asked)) {
            return LogitsAssert.rows(logits.toArray(), logits.rows());
        }
    }

    /** Mostly masks, with a few placed tokens. */
    private static int[] canvas(int tokens) {
        int[] canvas = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            canvas[i] = i % 3 == 2 ? 10 + i : MASK;
        }
        return canvas;
    }
}
