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
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The training layout against what sampling computes from the same tokens and weights. */
class PackedLayoutTest {

    private static final int LENGTH = 40;
    private static final long SEED = 11;

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {4, 8, 16, 64})
    void the_noisy_half_sees_what_sampling_sees(int blockTokens) {
        int[] clean = document();
        BlockPartition partition =
                BlockPartition.of(LENGTH, blockTokens, new SplittableRandom(blockTokens));
        int[] noisy = noisy(clean);
        float[][] packed = packed(clean, noisy, partition, new int[LENGTH]);

        try (TorchScriptTransformer model = TinyModels.random(SEED)) {
            for (int from = 1; from < LENGTH; ) {
                int to = from;
                while (to < LENGTH && partition.blockOf()[to] == partition.blockOf()[from]) {
                    to++;
                }
                int[] context = Arrays.copyOf(clean, from);
                int[] canvas = Arrays.copyOfRange(noisy, from, to);
                assertClose(
                        Arrays.copyOfRange(packed, from, to),
                        sampled(model, context, canvas, from),
                        1e-4);
                from = to;
            }
        }
    }

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {4, 64})
    void the_clean_half_is_the_autoregressive_model_whatever_the_blocks(int blockTokens) {
        int[] clean = document();
        BlockPartition partition =
                BlockPartition.of(LENGTH, blockTokens, new SplittableRandom(blockTokens));
        float[][] packed = packed(clean, noisy(clean), partition, new int[LENGTH]);

        try (TorchScriptTransformer model = TinyModels.random(SEED)) {
            assertClose(
                    Arrays.copyOfRange(packed, LENGTH, 2 * LENGTH),
                    sampled(model, clean, new int[0], 0),
                    1e-4);
        }
    }

    @ParameterizedTest(name = "second document at {0}")
    @ValueSource(ints = {9, 20})
    void a_document_does_not_see_the_one_before_it_in_its_row(int end) {
        int[] clean = document();
        clean[end] = TinyModels.CONFIG.documentEnd();
        int[] documentStart = new int[LENGTH];
        Arrays.fill(documentStart, end + 1, LENGTH, end);
        BlockPartition partition = BlockPartition.of(LENGTH, 4, new SplittableRandom(3));
        int[] changed = clean.clone();
        changed[3] = clean[3] + 1;

        float[][] before = packed(clean, noisy(clean), partition, documentStart);
        float[][] after = packed(changed, noisy(clean), partition, documentStart);

        int secondBlock = end;
        while (partition.blockOf()[secondBlock] == partition.blockOf()[end]) {
            secondBlock++;
        }
        assertThat(Arrays.copyOfRange(after, LENGTH + end, 2 * LENGTH))
                .isDeepEqualTo(Arrays.copyOfRange(before, LENGTH + end, 2 * LENGTH));
        assertThat(Arrays.copyOfRange(after, secondBlock, LENGTH))
                .isDeepEqualTo(Arrays.copyOfRange(before, secondBlock, LENGTH));
        assertThat(after[LENGTH + 5]).isNotEqualTo(before[LENGTH + 5]);
    }

    private static int[] document() {
        int[] tokens = TinyModels.tokens(LENGTH, 21);
        tokens[0] = TinyModels.CONFIG.documentEnd();
        return tokens;
    }

    private static int[] noisy(int[] clean) {
        int[] noisy = clean.clone();
        for (int i = 1; i < noisy.length; i += 2) {
            noisy[i] = TinyModels.CONFIG.mask();
        }
        return noisy;
    }

    private static float[][] sampled(
            TorchScriptTransformer model, int[] clean, int[] canvas, int firstRow) {
        try (KvCache cache = model.newCache(clean.length + canvas.length);
                Logits logits = model.forward(cache, clean, canvas, firstRow)) {
            return LogitsAssert.rows(logits.toArray(), logits.rows());
        }
    }

    /** Logits of both halves, (2 · LENGTH, vocabulary), by the method that training runs. */
    private static float[][] packed(
            int[] clean, int[] noisy, BlockPartition partition, int[] documentStart) {
        byte[] visible = new byte[4 * LENGTH * LENGTH];
        PackedLayout.writeMask(
                visible, 0, partition, clean, documentStart, TinyModels.CONFIG.documentEnd());
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
            int[] ids = Arrays.copyOf(noisy, 2 * LENGTH);
            System.arraycopy(clean, 0, ids, LENGTH, LENGTH);
            arguments.add(
                    scope.create(
                            Arrays.stream(ids).asLongStream().toArray(), new Shape(1, 2 * LENGTH)));
            for (WeightSlot slot : WeightLayout.of(TinyModels.CONFIG)) {
                NDArray weight = TinyModels.weight(scope, slot, random);
                weight.setName("w[]");
                arguments.add(weight);
            }
            RotaryTable rotary =
                    RotaryTable.of(scope, TinyModels.CONFIG, PackedLayout.positions(LENGTH));
            arguments.add(rotary.cos());
            arguments.add(rotary.sin());
            arguments.add(
                    scope.create(
                            ByteBuffer.wrap(visible),
                            new Shape(1, 1, 2 * LENGTH, 2 * LENGTH),
                            DataType.BOOLEAN));
            float[] flat = module.callRecorded("packed_logits", arguments).toFloatArray();
            return LogitsAssert.rows(flat, 2 * LENGTH);
        }
    }
}
