package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that begin as drafts from the prompt, by a model that knows what is to be written. */
class DraftTest {
    private static final int BLOCK = 8;
    private static final int TEXT = 3 * BLOCK;
    private static final int WRONG = 40;

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
    void an_unchanged_text_costs_a_forward_a_block() {
        ScriptedTransformer model = model(text(), text(), 0.95f);

        Drafted written = write(model);

        assertThat(written.ids()).isEqualTo(boxed(text()));
        assertThat(model.calls).containsExactly((TEXT + 1) + "+8", "8+8", "8+8", "8+8");
    }

    @Test
    void a_changed_token_is_placed_in_the_step_that_confirms_the_others() {
        int[] wrong = text();
        wrong[5] = WRONG;
        ScriptedTransformer model = model(wrong, text(), 0.95f);

        Drafted written = write(model);

        assertThat(written.ids()).isEqualTo(boxed(text()));
        assertThat(written.tokens()).extracting(PlacedToken::step).startsWith(1, 1, 1, 1, 1, 1);
        assertThat(model.calls).hasSize(4);
    }

    @Test
    void what_the_model_does_not_confirm_is_masked_and_denoised() {
        ScriptedTransformer model =
                model(text(), text(), (position, _) -> position % 2 == 0 ? 0.95f : 0.4f);

        Drafted written = write(model);

        assertThat(written.ids()).isEqualTo(boxed(text()));
        Trajectory trajectory = written.trajectory();
        BlockTrajectory block = trajectory.blocks().getFirst();
        assertThat(block.canvases().getFirst()).isEqualTo(Arrays.copyOf(text(), BLOCK));
        assertThat(block.canvases().get(1)).contains(tokenizer.mask());
        assertThat(block.stepCount()).isEqualTo(1 + BLOCK / 2);
        assertThat(block.isPlacedBetween(0, 0, 1) || block.isPlacedBetween(1, 0, 1)).isTrue();
    }

    @Test
    void a_text_that_grows_is_found_again_in_the_next_block() {
        int[] text = text();
        int[] longer = new int[TEXT + 1];
        System.arraycopy(text, 0, longer, 0, 3);
        longer[3] = WRONG;
        System.arraycopy(text, 3, longer, 4, TEXT - 3);
        ScriptedTransformer model = model(text, longer, 0.95f);

        Drafted written = write(model);

        assertThat(written.ids()).isEqualTo(boxed(longer));
        assertThat(written.trajectory().blocks().get(1).canvases().getFirst())
                .isEqualTo(Arrays.copyOfRange(text, 7, 15));
    }

    private record Drafted(Written written, Trajectory trajectory) {
        List<Integer> ids() {
            return written.ids();
        }

        List<PlacedToken> tokens() {
            return written.tokens();
        }
    }

    private Drafted write(ScriptedTransformer model) {
        SamplingSettings settings = SamplingSettings.greedy(4 * TEXT, BLOCK, 0.9).recording();
        Sampler sampler = new Sampler(model, tokenizer);
        Prompt prompt =
                new Prompt(Arrays.copyOf(model.document(), TEXT + 1), new byte[0])
                        .toBeEdited(Prompt.Edit.FREE);
        try (Generation generation =
                sampler.start(prompt, settings, sampler.cacheFor(prompt, settings))) {
            return new Drafted(Written.by(generation), generation.trajectory());
        }
    }

    private int[] text() {
        return Arrays.copyOf(tokenizer.encode(TinyCheckpoint.SOURCE), TEXT);
    }

    private ScriptedTransformer model(int[] prompt, int[] output, float confidence) {
        return model(prompt, output, (_, _) -> confidence);
    }

    /** A model that has learnt one edit. */
    private ScriptedTransformer model(
            int[] prompt, int[] output, ScriptedTransformer.Confidence confidence) {
        IntStream end = IntStream.of(tokenizer.documentEnd());
        int[] document =
                IntStream.concat(
                                IntStream.concat(end, IntStream.of(prompt)),
                                IntStream.concat(
                                        IntStream.of(output),
                                        IntStream.of(tokenizer.documentEnd())))
                        .toArray();
        return new ScriptedTransformer(TinyCheckpoint.config(tokenizer), document, confidence);
    }

    private static List<Integer> boxed(int[] ids) {
        return IntStream.of(ids).boxed().toList();
    }
}
