package dev.seeddiffusion.diffusion.model;

import static dev.seeddiffusion.diffusion.model.LogitsAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.BlockPartition.Segment;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The training layout against what sampling computes from the same tokens and weights. */
class PackedLayoutTest {

    private static final int LENGTH = 40;
    private static final int UNUSED_SLOTS = 3;
    private static final long SEED = 11;
    private static final int END = TinyModels.CONFIG.documentEnd();

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {4, 8, 16, 64})
    void the_noisy_slots_see_what_sampling_sees(int blockTokens) {
        assertSeesWhatSamplingSees(
                row(), new int[LENGTH], partition(blockTokens, new Segment(1, LENGTH, false)));
    }

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {4, 8, 16, 64})
    void a_given_prompt_is_seen_and_the_last_canvas_runs_on_beyond_the_end(int blockTokens) {
        int[] clean = row();
        clean[LENGTH - 1] = END;
        assertSeesWhatSamplingSees(
                clean, new int[LENGTH], partition(blockTokens, new Segment(13, LENGTH, true)));
    }

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {4, 8, 16, 64})
    void a_later_document_of_a_row_sees_what_it_would_see_alone(int blockTokens) {
        int[] clean = row();
        clean[19] = END;
        assertSeesWhatSamplingSees(
                clean,
                documentStart(19),
                partition(blockTokens, new Segment(7, 20, true), new Segment(25, LENGTH, false)));
    }

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {4, 64})
    void the_clean_half_is_the_autoregressive_model_whatever_the_blocks(int blockTokens) {
        int[] clean = row();
        BlockPartition partition = partition(blockTokens, new Segment(1, LENGTH, false));
        float[][] packed = packed(clean, partition, new int[LENGTH]);

        try (TorchScriptTransformer model = TinyModels.random(SEED)) {
            assertClose(clean(packed, 0), sampled(model, clean, new int[0], 0), 1e-4);
        }
    }

    @ParameterizedTest(name = "second document at {0}")
    @ValueSource(ints = {9, 20})
    void a_document_does_not_see_the_one_before_it_in_its_row(int end) {
        int[] clean = row();
        clean[end] = END;
        BlockPartition partition =
                partition(4, new Segment(5, end + 1, true), new Segment(end + 1, LENGTH, false));
        int[] changed = clean.clone();
        changed[3] = clean[3] + 1;

        float[][] before = packed(clean, partition, documentStart(end));
        float[][] after = packed(changed, partition, documentStart(end));

        int second =
                IntStream.range(0, partition.slots())
                        .filter(slot -> partition.positions()[slot] == end + 1)
                        .filter(slot -> !partition.beyondEnd()[slot])
                        .findFirst()
                        .orElseThrow();
        assertThat(clean(after, end)).isDeepEqualTo(clean(before, end));
        assertThat(Arrays.copyOfRange(after, second, partition.slots()))
                .isDeepEqualTo(Arrays.copyOfRange(before, second, partition.slots()));
        assertThat(clean(after, 5)[0]).isNotEqualTo(clean(before, 5)[0]);
        assertThat(after[0]).isNotEqualTo(before[0]);
    }

    @Test
    void slots_that_a_row_does_not_need_see_themselves_and_are_seen_by_nobody() {
        BlockPartition partition = partition(4, new Segment(1, 10, true));
        PackedLayout layout = new PackedLayout(partition.slots() + UNUSED_SLOTS, LENGTH);
        int length = layout.length();
        byte[] visible = new byte[length * length];

        layout.writeMask(visible, 0, partition, row(), new int[LENGTH], END);

        for (int unused = partition.slots(); unused < layout.noisyTokens(); unused++) {
            for (int other = 0; other < length; other++) {
                byte itself = (byte) (other == unused ? 1 : 0);
                assertThat(visible[unused * length + other]).isEqualTo(itself);
                assertThat(visible[other * length + unused]).isEqualTo(itself);
            }
        }
    }

    @Test
    void a_row_of_a_batch_is_written_at_its_offset_alone() {
        BlockPartition partition = partition(8, new Segment(3, LENGTH, true));
        PackedLayout layout = new PackedLayout(partition.slots(), LENGTH);
        int length = layout.length();
        byte[] alone = new byte[length * length];
        byte[] batch = new byte[3 * length * length];
        long[] positions = new long[3 * length];

        layout.writeMask(alone, 0, partition, row(), new int[LENGTH], END);
        layout.writeMask(batch, length * length, partition, row(), new int[LENGTH], END);
        layout.writePositions(positions, length, partition);

        byte[] expected = new byte[batch.length];
        System.arraycopy(alone, 0, expected, length * length, alone.length);
        assertThat(batch).isEqualTo(expected);
        assertThat(positions)
                .startsWith(new long[length])
                .endsWith(new long[length])
                .containsSequence(
                        LongStream.concat(
                                        LongStream.range(3, 3 + partition.slots()),
                                        LongStream.range(0, LENGTH))
                                .toArray());
    }

    /** Each block against a sampler that has committed its document's tokens before the block. */
    private static void assertSeesWhatSamplingSees(
            int[] clean, int[] documentStart, BlockPartition partition) {
        float[][] packed = packed(clean, partition, documentStart);
        int[] noisy = noisy(clean, partition);
        try (TorchScriptTransformer model = TinyModels.random(SEED)) {
            for (int first = 0; first < partition.slots(); ) {
                int end = first;
                while (end < partition.slots()
                        && partition.blockOf()[end] == partition.blockOf()[first]) {
                    end++;
                }
                int from = partition.positions()[first];
                int[] context = Arrays.copyOfRange(clean, documentStart[from], from);
                assertClose(
                        Arrays.copyOfRange(packed, first, end),
                        sampled(
                                model,
                                context,
                                Arrays.copyOfRange(noisy, first, end),
                                context.length),
                        1e-4);
                first = end;
            }
        }
    }

    private static BlockPartition partition(int blockTokens, Segment... segments) {
        return BlockPartition.of(List.of(segments), blockTokens, new SplittableRandom(blockTokens));
    }

    private static int[] row() {
        int[] tokens = TinyModels.tokens(LENGTH, 21);
        tokens[0] = END;
        return tokens;
    }

    /** Of two documents in a row. */
    private static int[] documentStart(int endOfTheFirst) {
        int[] documentStart = new int[LENGTH];
        Arrays.fill(documentStart, endOfTheFirst + 1, LENGTH, endOfTheFirst);
        return documentStart;
    }

    /** Token ids of the slots: every other one masked, and all beyond the end. */
    private static int[] noisy(int[] clean, BlockPartition partition) {
        return IntStream.range(0, partition.slots())
                .map(
                        slot ->
                                partition.beyondEnd()[slot] || slot % 2 == 0
                                        ? TinyModels.CONFIG.mask()
                                        : clean[partition.positions()[slot]])
                .toArray();
    }

    private static float[][] sampled(
            TorchScriptTransformer model, int[] clean, int[] canvas, int firstRow) {
        try (KvCache cache = model.newCache(clean.length + canvas.length);
                Logits logits = model.forward(cache, clean, canvas, firstRow)) {
            return LogitsAssert.rows(logits.toArray(), logits.rows());
        }
    }

    /** The clean half's logits from a position on. */
    private static float[][] clean(float[][] packed, int from) {
        return Arrays.copyOfRange(packed, packed.length - LENGTH + from, packed.length);
    }

    /** Logits of slots, unused slots and clean tokens, by the method that training runs. */
    private static float[][] packed(int[] clean, BlockPartition partition, int[] documentStart) {
        PackedLayout layout = new PackedLayout(partition.slots() + UNUSED_SLOTS, LENGTH);
        int length = layout.length();
        byte[] visible = new byte[length * length];
        layout.writeMask(visible, 0, partition, clean, documentStart, END);
        long[] positions = new long[length];
        layout.writePositions(positions, 0, partition);
        int[] ids = Arrays.copyOf(noisy(clean, partition), length);
        System.arraycopy(clean, 0, ids, layout.noisyTokens(), LENGTH);
        String method =
                """
                  def packed_logits(self: __torch__.M, ids: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
                    return (self).logits((self).packed(ids, w, cos, sin, mask, ), w, )
                """;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        try (NDManager scope = NDManager.newBaseManager("PyTorch");
                TorchScriptModule module =
                        TorchScriptModule.load(
                                scope,
                                new TransformerSource(TinyModels.CONFIG, DType.F32).transformer()
                                        + method)) {
            NDList arguments = new NDList();
            arguments.add(
                    scope.create(
                            Arrays.stream(ids).asLongStream().toArray(), new Shape(1, length)));
            for (WeightSlot slot : WeightLayout.of(TinyModels.CONFIG)) {
                NDArray weight = TinyModels.weight(scope, slot, random);
                weight.setName("w[]");
                arguments.add(weight);
            }
            RotaryTable rotary =
                    RotaryTable.of(
                            scope,
                            TinyModels.CONFIG,
                            LongStream.of(positions).mapToInt(Math::toIntExact).toArray());
            arguments.add(rotary.cos());
            arguments.add(rotary.sin());
            arguments.add(
                    scope.create(
                            ByteBuffer.wrap(visible),
                            new Shape(1, 1, length, length),
                            DataType.BOOLEAN));
            float[] flat = module.callRecorded("packed_logits", arguments).toFloatArray();
            return LogitsAssert.rows(flat, length);
        }
    }
}
